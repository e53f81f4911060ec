import { useState, type FormEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { eraseNow, erasureQuery, type TablePlace } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { removalWords, removedWords } from "./maintenance-words";
import { isOfCondition, Outcome, Refusal, Section } from "./section";
import { TextField } from "./text-field";
import { useChange } from "./use-change";

/** Erases records by a condition: counted first, then confirmed with their number. */
export function EraseSection({ place }: { place: TablePlace }) {
  const [where, setWhere] = useState("");
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const [counted, setCounted] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const dryRun = useQuery({ ...erasureQuery(place, counted ?? ""), enabled: counted !== null });
  const erasure = useChange(place, () => eraseNow(place, counted ?? "", reason.trim()));
  const wrong = {
    where: where.trim() === "" ? "Say which records, such as RayID = '9f1c2d3e4a5b6c7d'" : undefined,
    reason: reason.trim() === "" ? "Say why: it stands in the table’s history" : undefined,
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (wrong.where || wrong.reason) return;
    erasure.reset();
    if (counted === where.trim()) void dryRun.refetch();
    else setCounted(where.trim());
  };
  // What was counted for one condition must not stand beside another.
  const change = (text: string) => {
    setWhere(text);
    setCounted(null);
  };
  const confirm = () =>
    erasure.mutate(undefined, {
      onSuccess: () => {
        setAsking(false);
        change("");
        setReason("");
        setTried(false);
      },
    });
  const refusal = counted !== null && !dryRun.isFetching ? dryRun.error : null;
  const found = counted !== null && !dryRun.isFetching ? dryRun.data : undefined;
  return (
    <Section title="Erase records">
      <p className="mb-2 text-kumo-subtle">For good, as for a request under privacy law. They are in no answer from then on, and their bytes go when room is given back.</p>
      <form aria-label="Erase records" className="flex flex-col gap-2.5" onSubmit={submit}>
        <TextField label="Condition" value={where} onChange={change} isMono maxLength={10_000} placeholder="ClientIP = '203.0.113.9'" problem={isTried ? wrong.where : undefined} />
        {isOfCondition(refusal) && <Refusal error={refusal} />}
        <TextField label="Reason" value={reason} onChange={setReason} problem={isTried ? wrong.reason : undefined} />
        <div className="flex justify-end">
          <Button size="sm" variant="secondary" type="submit" disabled={dryRun.isFetching}>
            {dryRun.isFetching ? "Counting" : "Count them first"}
          </Button>
        </div>
      </form>
      {!isOfCondition(refusal) && <Refusal error={refusal} className="mt-2" />}
      <Outcome label="Erasure">
        {found && found.rows === 0 && <p>No record meets the condition.</p>}
        {found && found.rows > 0 && (
          <div className="flex flex-wrap items-center gap-2">
            <p className="num min-w-0 flex-1">{removalWords(found)}. Nothing is erased yet.</p>
            <Button size="sm" variant="secondary-destructive" onClick={() => (erasure.reset(), setAsking(true))}>
              Erase
            </Button>
          </div>
        )}
        {erasure.data && <p className="num">{removedWords(erasure.data)}</p>}
      </Outcome>
      {found && (
        <ConfirmDialog
          isOpen={isAsking} title="Erase these records for good?" action={["Erase for good", "Erasing"]} typed={{ text: String(found.rows), label: "Number of records that go" }}
          isPending={erasure.isPending} error={erasure.error} onConfirm={confirm} onClose={() => setAsking(false)}
        >
          <p className="font-mono break-words">{counted}</p>
          <p className="num">{removalWords(found)}.</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
