import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { setRetention, type Retention, type TablePlace, type TableStatus } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { keepWords } from "./maintenance-words";
import { RetentionConsequence } from "./retention-consequence";
import { isShorter, keepProblem, readKeep, retentionOf, type KeepUnit } from "./retention-rule";
import { Refusal } from "./section";
import { TextField } from "./text-field";
import { useChange } from "./use-change";

const select = "mt-0.5 h-7 w-full rounded-md border border-kumo-line bg-kumo-canvas px-1.5 text-xs text-kumo-default";

/** Sets how long records are kept. A rule that lets more go is asked for twice, since that goes by itself within the hour. */
export function RetentionForm({ place, status, onDone }: { place: TablePlace; status: TableStatus; onDone: () => void }) {
  const old = readKeep(status.rules.keep);
  const [number, setNumber] = useState(old.unit === "ever" ? "30" : String(old.number));
  const [unit, setUnit] = useState<KeepUnit>(old.unit === "ever" ? "d" : old.unit);
  const [by, setBy] = useState<Retention["by"]>(status.rules.by);
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [unitId, byId] = [useId(), useId()];
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.select(), []);
  const problem = keepProblem(number, unit);
  const next = retentionOf(number, unit, by);
  const saving = useChange(place, () => setRetention(place, { ...next, reason: reason.trim() }));
  const save = () => saving.mutate(undefined, { onSuccess: onDone });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (problem !== null || saving.isPending) return;
    if (isShorter(next, status.rules, Date.now())) {
      saving.reset();
      setAsking(true);
    } else save();
  };
  return (
    <>
      <form aria-label="Retention" className="mt-2 flex flex-col gap-2.5 border-t border-kumo-hairline pt-2" onSubmit={submit}>
        <div className="grid grid-cols-[repeat(auto-fit,minmax(130px,1fr))] gap-2.5">
          {unit !== "ever" && <TextField ref={first} label="Keep for" value={number} onChange={setNumber} isMono maxLength={6} problem={isTried ? (problem ?? undefined) : undefined} />}
          <div>
            <label htmlFor={unitId} className="block text-2xs text-kumo-subtle">
              Unit
            </label>
            <select id={unitId} value={unit} onChange={(e) => setUnit(e.target.value as KeepUnit)} className={select}>
              <option value="d">Days</option>
              <option value="h">Hours</option>
              <option value="ever">For ever</option>
            </select>
          </div>
          {unit !== "ever" && (
            <div>
              <label htmlFor={byId} className="block text-2xs text-kumo-subtle">
                What goes
              </label>
              <select id={byId} value={next.by} disabled={unit === "h"} onChange={(e) => setBy(e.target.value as Retention["by"])} className={select}>
                <option value="date">Whole days, by date</option>
                <option value="time">Single records, by time</option>
              </select>
            </div>
          )}
        </div>
        <TextField label="Reason (optional)" value={reason} onChange={setReason} hint="It stands in the table’s history." />
        <Refusal error={isAsking ? null : saving.error} />
        <div className="flex justify-end gap-2">
          <Button size="sm" variant="ghost" type="button" onClick={onDone}>
            Cancel
          </Button>
          <Button size="sm" variant="primary" type="submit" disabled={saving.isPending}>
            {saving.isPending ? "Saving" : "Save"}
          </Button>
        </div>
      </form>
      {/* Beside the form, not in it: what is submitted in a dialog reaches the forms around it. */}
      <ConfirmDialog
        isOpen={isAsking} title={`Keep records for ${keepWords(next.keep)} only?`} action={["Save", "Saving"]} isPending={saving.isPending} error={saving.error}
        onConfirm={save} onClose={() => setAsking(false)}
      >
        <RetentionConsequence place={place} retention={next} oldest={status.oldest} />
      </ConfirmDialog>
    </>
  );
}
