import { useEffect, useRef, useState, type FormEvent } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { placeHold, type TablePlace } from "@/api/maintenance";
import { holdOf, holdProblems, noHold, type HoldText } from "./hold-form-rules";
import { isOfCondition, Refusal } from "./section";
import { TextField } from "./text-field";
import { useChange } from "./use-change";

/** Places a hold. */
export function HoldForm({ place, onDone }: { place: TablePlace; onDone: () => void }) {
  const [text, setText] = useState<HoldText>(noHold);
  const [isTried, setTried] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const problems = isTried ? holdProblems(text, Date.now()) : {};
  const placing = useChange(place, () => placeHold(place, holdOf(text, Date.now())));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (Object.keys(holdProblems(text, Date.now())).length === 0 && !placing.isPending) placing.mutate(undefined, { onSuccess: onDone });
  };
  const field = (key: keyof HoldText) => ({ value: text[key], onChange: (value: string) => setText((old) => ({ ...old, [key]: value })), problem: problems[key] });
  return (
    <form aria-label="New hold" className="mt-2 flex flex-col gap-2.5 border-t border-kumo-hairline pt-2" onSubmit={submit}>
      <TextField ref={first} label="Name" {...field("name")} isMono placeholder="case-17" maxLength={64} />
      <div className="grid grid-cols-2 gap-2.5">
        <TextField label="From (UTC, optional)" {...field("from")} isMono placeholder="the first record" />
        <TextField label="To (UTC, optional)" {...field("to")} isMono placeholder="goes on" />
      </div>
      <TextField label="Condition (optional)" {...field("where")} isMono maxLength={10_000} placeholder="ClientIP = '203.0.113.9'" hint="Without one every record of the time is held." />
      {isOfCondition(placing.error) && <Refusal error={placing.error} />}
      <TextField label="Reason" {...field("reason")} />
      <Refusal error={isOfCondition(placing.error) ? null : placing.error} />
      <div className="flex justify-end gap-2">
        <Button size="sm" variant="ghost" type="button" onClick={onDone}>
          Cancel
        </Button>
        <Button size="sm" variant="primary" type="submit" disabled={placing.isPending}>
          {placing.isPending ? "Placing" : "Place the hold"}
        </Button>
      </div>
    </form>
  );
}
