import { Button } from "@cloudflare/kumo/components/button";
import { WarningIcon, WrenchIcon } from "@phosphor-icons/react";
import { lookAfter, type TablePlace, type TableReport, type TableStatus } from "@/api/maintenance";
import { plural } from "@/lib/format";
import { figuresOf, reportWords, whenWords } from "./maintenance-words";
import { Outcome, Refusal, Section } from "./section";
import { useChange } from "./use-change";

/** What is stored of a table, and what this server did for it last. */
export function StorageSection({ place, status }: { place: TablePlace; status: TableStatus }) {
  const care = useChange(place, () => lookAfter(place));
  return (
    <Section
      title="Storage"
      actions={
        <Button size="sm" variant="secondary" icon={WrenchIcon} disabled={care.isPending} onClick={() => care.mutate()}>
          {care.isPending ? "Looking after it" : "Look after it now"}
        </Button>
      }
    >
      <dl className="num grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-x-4 gap-y-2">
        {figuresOf(status).map(([label, value, hint]) => (
          <div key={label} className="min-w-0">
            <dt className="text-2xs text-kumo-subtle">{label}</dt>
            <dd className="font-medium break-words">{value}</dd>
            {hint && <dd className="text-2xs text-kumo-subtle">{hint}</dd>}
          </div>
        ))}
      </dl>
      <div className="mt-3 border-t border-kumo-hairline pt-2">
        <h4 className="text-2xs text-kumo-subtle">Last maintenance by this server</h4>
        <Outcome label="Last maintenance">{status.last ? <Report report={status.last} /> : <p>Not yet. It looks after each table within the hour, and merges when there is something to merge.</p>}</Outcome>
      </div>
      <Refusal error={care.error} className="mt-2" />
    </Section>
  );
}

function Report({ report }: { report: TableReport }) {
  return (
    <>
      <p className="num">
        {whenWords(report.at)}: {reportWords(report)}.
      </p>
      {report.fault && <p className="mt-1 break-words text-v-bad">It could not be done to the end: {report.fault}</p>}
      {report.badFiles.length > 0 && (
        <div className="mt-1">
          <p className="flex items-center gap-1.5 font-medium text-v-warn">
            <WarningIcon size={13} weight="fill" aria-hidden="true" />
            {plural(report.badFiles.length, "file")} can’t be read and {report.badFiles.length === 1 ? "is" : "are"} left as {report.badFiles.length === 1 ? "it is" : "they are"}
          </p>
          <ul className="mt-0.5 flex flex-col gap-0.5">
            {report.badFiles.map((file) => (
              <li key={file.path} className="break-all">
                <span className="font-mono">{file.path}</span>: {file.reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
