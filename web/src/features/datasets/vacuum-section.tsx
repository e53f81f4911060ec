import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { vacuumNow, vacuumQuery, type TablePlace } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { freedWords } from "./maintenance-words";
import { Outcome, Refusal, Section } from "./section";
import { useChange } from "./use-change";

/** Deletes the files that no version needs any more: told first, then confirmed. */
export function VacuumSection({ place }: { place: TablePlace }) {
  const { data, error, isFetching } = useQuery(vacuumQuery(place));
  const [isAsking, setAsking] = useState(false);
  const vacuum = useChange(place, () => vacuumNow(place));
  const isIdle = data?.files === 0;
  return (
    <Section
      title="Give room back"
      actions={
        data && !isIdle ? (
          <Button size="sm" variant="secondary-destructive" disabled={isFetching} onClick={() => (vacuum.reset(), setAsking(true))}>
            Delete these files
          </Button>
        ) : undefined
      }
    >
      <p role="status" aria-label="Files to delete" className="num">
        {data && (isIdle ? "No file can be deleted yet. What was removed stays for readers of older versions, for seven days unless the table says otherwise, and under a hold." : `${freedWords(data)} can be deleted: no version that is still kept needs them.`)}
        {!data && !error && "Looking for files that no version needs"}
      </p>
      <Refusal error={error} className="mt-2" />
      <Outcome label="Deleted files">{vacuum.data && <p className="num">Deleted: {freedWords(vacuum.data)}.</p>}</Outcome>
      <ConfirmDialog
        isOpen={isAsking} title="Delete these files for good?" action={["Delete", "Deleting"]} isPending={vacuum.isPending} error={vacuum.error}
        onConfirm={() => vacuum.mutate(undefined, { onSuccess: () => setAsking(false) })} onClose={() => setAsking(false)}
      >
        {data && <p className="num">{freedWords(data)}. Older versions of the table that need them can’t be read afterwards.</p>}
      </ConfirmDialog>
    </Section>
  );
}
