import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { tableStatusQuery, type IngestTarget, type TableDetail } from "@/api/ingest-status";
import { problemOfError } from "@/api/problem";
import { ago, dayClock } from "@/lib/clock";
import { int, plural } from "@/lib/format";
import { rejectsSearch } from "./rejects-link";

/** Why lines of a table were rejected, what failed, and by which ways its records came. */
export function ActivityDetail({ target }: { target: IngestTarget }) {
  const { data, error } = useQuery(tableStatusQuery(target));
  if (error) return <p className="py-1 text-v-bad">{problemOfError(error).message}</p>;
  if (!data) return <p className="py-1 text-kumo-subtle">Reading</p>;
  return (
    <div className="grid gap-x-6 gap-y-3 py-1 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_minmax(0,3fr)]">
      <Reasons detail={data} target={target} />
      <Errors detail={data} />
      <Ways detail={data} />
    </div>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 text-2xs font-medium text-kumo-subtle">{title}</h3>
      {children}
    </section>
  );
}

const link = "inline-block min-h-6 content-center text-kumo-link underline underline-offset-2";

function Reasons({ detail, target }: { detail: TableDetail; target: IngestTarget }) {
  if (detail.reasons.length === 0)
    return (
      <Block title="Rejected lines">
        <p>None.</p>
      </Block>
    );
  return (
    <Block title="Rejected lines">
      <ul>
        {detail.reasons.map((r) => (
          <li key={r.reason} className="flex min-h-6 items-center gap-2">
            <span className="w-12 shrink-0 text-right font-medium">{int(r.count)}</span>
            <span className="min-w-0 flex-1 truncate" title={r.reason}>
              {r.reason}
            </span>
            <span className="shrink-0 text-kumo-subtle" title={`first ${dayClock(Date.parse(r.firstSeen))} UTC, last ${dayClock(Date.parse(r.lastSeen))} UTC`}>
              {ago(Date.parse(r.lastSeen))}
            </span>
            <Link to="/logs" search={rejectsSearch(target, r)} aria-label={`Example of: ${r.reason}`} className={link}>
              Example
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/logs" search={rejectsSearch(target)} className={link}>
        Show all in Log search
      </Link>
    </Block>
  );
}

function Errors({ detail }: { detail: TableDetail }) {
  return (
    <Block title="Batches that failed">
      {detail.errors.length === 0 && <p>None.</p>}
      <ul className="flex flex-col gap-1">
        {detail.errors.map((e) => (
          <li key={e.text} className="break-words">
            <span className="font-medium">{int(e.count)} ×</span> {e.text}{" "}
            <span className="text-kumo-subtle" title={`first ${dayClock(Date.parse(e.firstSeen))} UTC`}>
              last {dayClock(Date.parse(e.lastSeen))} UTC, {ago(Date.parse(e.lastSeen))}
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
}

function Ways({ detail }: { detail: TableDetail }) {
  const { sources, total, testUploads } = detail.table;
  return (
    <Block title="How it came">
      <ul>
        {sources.map((s) => (
          <li key={s.kind}>
            <span className="font-mono">{s.kind}</span>: {plural(s.records, "record")} in {plural(s.batches, "batch", "batches")}
            {s.failed > 0 && `, ${int(s.failed)} failed`}
          </li>
        ))}
        {total.repeated > 0 && <li>{plural(total.repeated, "batch", "batches")} sent again and not stored twice</li>}
        {total.filtered > 0 && <li>{plural(total.filtered, "record")} left out by the ingest filter</li>}
        {testUploads.count > 0 && <li>{plural(testUploads.count, "test upload")}</li>}
      </ul>
    </Block>
  );
}
