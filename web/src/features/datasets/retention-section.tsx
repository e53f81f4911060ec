import { useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { expireNow, expiryQuery, type TablePlace, type TableStatus } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { heldWords, instant, keepWords, pastWords, removedWords } from "./maintenance-words";
import { RetentionForm } from "./retention-form";
import { Outcome, Refusal, Section } from "./section";
import { useChange } from "./use-change";

/** How long records are kept, what is past it, and a way to take that away at once. */
export function RetentionSection({ place, status }: { place: TablePlace; status: TableStatus }) {
  const [isEditing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setEditing(false);
    opener.current?.focus();
  };
  const { keep, by } = status.rules;
  const isForEver = keep === "for ever";
  return (
    <Section
      title="Retention"
      actions={
        <Button ref={opener} size="sm" variant="secondary" aria-expanded={isEditing} onClick={() => setEditing(!isEditing)}>
          Change
        </Button>
      }
    >
      <p>
        Records are kept <span className="font-medium">{isForEver ? keepWords(keep) : `for ${keepWords(keep)}`}</span>
        {!isForEver && (by === "date" ? ", by date: whole days go, in UTC." : ", by time: single records go.")}
        {isForEver && ": nothing goes by itself."}
      </p>
      {isEditing && <RetentionForm place={place} status={status} onDone={close} />}
      {!isForEver && !isEditing && <Expiry place={place} status={status} />}
    </Section>
  );
}

function Expiry({ place, status }: { place: TablePlace; status: TableStatus }) {
  const { data, error, isFetching } = useQuery(expiryQuery(place, status.rules));
  const [isAsking, setAsking] = useState(false);
  const expiry = useChange(place, () => expireNow(place));
  const figures = data && (
    <>
      <p className="num">
        {pastWords(data)}
        {data.cutOff && ` Records before ${instant(data.cutOff)} go, and it is looked at every hour.`}
      </p>
      {heldWords(data).map((words) => (
        <p key={words} className="num">
          {words}
        </p>
      ))}
    </>
  );
  const confirm = () => expiry.mutate(undefined, { onSuccess: () => setAsking(false) });
  return (
    <div className={`mt-2 border-t border-kumo-hairline pt-2 ${isFetching && data ? "opacity-60" : ""}`}>
      <div role="status" aria-label="Past the retention">
        {figures ?? (error ? null : <p className="text-kumo-subtle">Looking for what is past it</p>)}
      </div>
      <Refusal error={error} className="mt-2" />
      {data && data.rows > 0 && (
        <Button size="sm" variant="secondary-destructive" className="mt-2" onClick={() => (expiry.reset(), setAsking(true))}>
          Take away now
        </Button>
      )}
      <Outcome label="Taken away">{expiry.data && <p className="num">{removedWords(expiry.data)}</p>}</Outcome>
      <ConfirmDialog
        isOpen={isAsking} title="Take away what is past the retention?" action={["Take away", "Taking away"]} isPending={expiry.isPending} error={expiry.error}
        onConfirm={confirm} onClose={() => setAsking(false)}
      >
        {figures}
      </ConfirmDialog>
    </div>
  );
}
