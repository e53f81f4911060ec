import type { ReactNode } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { CheckCircleIcon, CircleDashedIcon, PaperPlaneTiltIcon, WarningCircleIcon } from "@phosphor-icons/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { problemOfError } from "@/api/problem";
import { tableStatusQuery, type IngestTarget, type TableFigures } from "@/api/ingest-status";
import { testIngest } from "@/api/test-ingest";
import { ago, dayClock } from "@/lib/clock";
import { duration, int } from "@/lib/format";
import { arrivalOf, batchWords } from "./figures";

const looks = {
  done: { icon: CheckCircleIcon, ink: "text-v-complete", weight: "fill" },
  open: { icon: CircleDashedIcon, ink: "text-kumo-subtle", weight: "regular" },
  bad: { icon: WarningCircleIcon, ink: "text-v-bad", weight: "fill" },
} as const;

function Step({ look, title, children }: { look: keyof typeof looks; title: string; children?: ReactNode }) {
  const { icon: Icon, ink, weight } = looks[look];
  return (
    <li className="flex gap-2">
      <Icon size={16} weight={weight} className={`mt-px shrink-0 ${ink}`} aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children && <div className="num text-xs break-words text-kumo-subtle">{children}</div>}
      </div>
    </li>
  );
}

const at = (text: string): string => `${dayClock(Date.parse(text))} UTC, ${ago(Date.parse(text))}`;

/** Whether the way works: the server's own trial, the sender's test upload, the first batch. It looks again every two seconds. */
export function ArrivalCheck({ target }: { target: IngestTarget }) {
  const status = useQuery(tableStatusQuery(target));
  const test = useMutation({ mutationFn: () => testIngest(target), onSettled: () => status.refetch() });
  const table = status.data?.table;
  return (
    <section aria-label="Does it arrive?" className="rounded-lg border border-kumo-line bg-kumo-base p-3">
      <h3 className="font-semibold">Does it arrive?</h3>
      <div className="mt-2">
        <Button size="sm" variant="secondary" icon={PaperPlaneTiltIcon} disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? "Testing" : "Test the way"}
        </Button>
        <p className="mt-1.5 text-2xs text-kumo-subtle">Sends Cloudflare’s test upload to this server as a job would. Nothing is stored.</p>
      </div>
      <div role="status" aria-label="Test result">
        {test.error && <Result ok={false} title="The test could not be made" text={problemOfError(test.error).message} />}
        {test.data && !test.isPending && (
          <Result ok={test.data.ok} title={test.data.ok ? `The way works, ${duration(test.data.elapsedMs)}` : "A sender would fail"} text={test.data.message} />
        )}
      </div>
      <div role="status" aria-label="Arrival" className="mt-3 border-t border-kumo-hairline pt-3">
        <ol className="flex flex-col gap-2.5">
          {table ? <Steps table={table} /> : <Step look={status.error ? "bad" : "open"} title={status.error ? "Its state can't be read" : "Looking"}>{status.error && problemOfError(status.error).message}</Step>}
        </ol>
      </div>
    </section>
  );
}

function Result({ ok, title, text }: { ok: boolean; title: string; text: string }) {
  return (
    <div className={`mt-2 rounded-md px-2.5 py-1.5 text-xs ${ok ? "bg-v-info-tint" : "bg-v-bad-tint"}`}>
      <p className={`font-medium ${ok ? "" : "text-v-bad"}`}>{title}</p>
      <p className="break-words">{text}</p>
    </div>
  );
}

function Steps({ table }: { table: TableFigures }) {
  const { testUploads, lastBatch, total, lastError } = table;
  const state = arrivalOf(table);
  return (
    <>
      {testUploads.last ? (
        <Step look="done" title="Test upload received">
          {at(testUploads.last)}
          {testUploads.count > 1 && `; ${int(testUploads.count)} in all`}
        </Step>
      ) : (
        <Step look="open" title="No test upload yet">A Logpush job makes one when it is created.</Step>
      )}
      {lastBatch ? (
        <Step look="done" title={total.batches + total.repeated === 1 ? "First batch" : `Last of ${int(total.batches + total.repeated)} batches`}>
          {batchWords(lastBatch)}
          <br />
          {at(lastBatch.at)}
        </Step>
      ) : (
        <Step look="open" title="Waiting for the first batch">
          Records are stored under {table.account}
          {table.zone ? ` / ${table.zone}` : ""} / {table.dataset}. Unknown fields are kept; lines that are no records become rejects.
        </Step>
      )}
      {lastError && (
        <Step look="bad" title={state === "failing" ? "Every batch so far failed" : `${int(total.failed)} failed`}>
          {lastError.text}
          <br />
          {at(lastError.lastSeen)}
        </Step>
      )}
    </>
  );
}
