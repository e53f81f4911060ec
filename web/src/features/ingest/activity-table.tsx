import { Fragment, useState } from "react";
import { CaretDownIcon, CaretRightIcon, WarningCircleIcon } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import type { IngestStatus, IngestTarget, TableFigures } from "@/api/ingest-status";
import { ago, clock, dayClock } from "@/lib/clock";
import { bytes, compact, int, percent } from "@/lib/format";
import { ActivityDetail } from "./activity-detail";
import { batchWords, bytesPerSecond, lagWords, perSecond } from "./figures";
import { rejectsSearch } from "./rejects-link";
import { Sparkline } from "./sparkline";

const targetOf = (t: TableFigures): IngestTarget => ({ account: t.account, zone: t.zone ?? null, dataset: t.dataset });
const keyOf = (t: TableFigures): string => `${t.account}/${t.zone ?? "-"}/${t.dataset}`;
const columns = [
  { label: "Table", hint: undefined },
  { label: "Last hour", hint: "Records of each minute; rejected lines on top" },
  { label: "Records/s", hint: "Over the last minute" },
  { label: "Bytes/s", hint: "Over the last minute, after decompression" },
  { label: "Records", hint: "Since the server started" },
  { label: "Rejected", hint: "Since the server started" },
  { label: "Lag", hint: "Age of the newest record of a batch when it was answered: last, and longest of the last hour" },
  { label: "Last batch", hint: undefined },
] as const;

/** What arrives, a line for each table; a line opens to its reasons, errors and ways. */
export function ActivityTable({ status }: { status: IngestStatus }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div className="overflow-x-auto rounded-lg border border-kumo-line bg-kumo-base">
      <table aria-label="What arrives" className="num w-full border-collapse text-xs">
        <thead>
          <tr className="h-7 border-b border-kumo-line text-left text-2xs text-kumo-subtle">
            {columns.map((c, k) => (
              <th key={c.label} scope="col" title={c.hint} className={`px-3 font-medium whitespace-nowrap ${k > 1 && k < 7 ? "text-right" : ""}`}>
                {c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {status.tables.map((table) => {
            const key = keyOf(table);
            return (
              <Fragment key={key}>
                <Row table={table} isOpen={open === key} onToggle={() => setOpen(open === key ? null : key)} />
                {open === key && (
                  <tr className="border-b border-kumo-hairline bg-kumo-canvas last:border-b-0">
                    <td colSpan={columns.length} className="px-3 py-2">
                      <ActivityDetail target={targetOf(table)} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Row({ table, isOpen, onToggle }: { table: TableFigures; isOpen: boolean; onToggle: () => void }) {
  const { total, lastMinute, lag, lastBatch, lastError } = table;
  const Caret = isOpen ? CaretDownIcon : CaretRightIcon;
  const lines = total.records + total.rejected;
  return (
    <tr className="h-9 border-b border-kumo-hairline whitespace-nowrap last:border-b-0 hover:bg-kumo-tint">
      <th scope="row" className="px-1.5 text-left font-normal">
        <button type="button" aria-expanded={isOpen} className="flex min-h-6 items-center gap-1.5 rounded px-1.5" onClick={onToggle}>
          <Caret size={11} className="shrink-0 text-kumo-subtle" aria-hidden="true" />
          <span className="font-mono">{table.dataset}</span>
          <span className="text-kumo-subtle">{table.zone ?? "whole account"}</span>
        </button>
      </th>
      <td className="px-3">
        <Sparkline history={table.history} />
      </td>
      <td className="px-3 text-right font-medium">{perSecond(lastMinute.recordsPerSecond)}</td>
      <td className="px-3 text-right">{bytesPerSecond(lastMinute.bytesPerSecond)}</td>
      <td className="px-3 text-right" title={`${int(total.records)} records, ${bytes(total.bytes)}, ${int(total.batches)} batches`}>
        {compact(total.records)}
      </td>
      <td className="px-3 text-right">
        {total.rejected === 0 ? (
          <span className="text-kumo-subtle">0</span>
        ) : (
          <Link
            to="/logs"
            search={rejectsSearch(targetOf(table))}
            aria-label={`${int(total.rejected)} rejected lines of ${table.dataset}: show them`}
            className="inline-block min-h-6 content-center font-medium text-v-bad underline underline-offset-2"
          >
            {compact(total.rejected)} ({percent(total.rejected / lines)})
          </Link>
        )}
      </td>
      <td className="px-3 text-right">
        {lag ? (
          <span title={`Longest of the last hour: ${lagWords(lag.maxSeconds)}`}>
            {lagWords(lag.lastSeconds)}
            {lag.maxSeconds > lag.lastSeconds && <span className="text-kumo-subtle"> ≤ {lagWords(lag.maxSeconds)}</span>}
          </span>
        ) : (
          "–"
        )}
      </td>
      <td className="min-w-44 px-3 py-1 whitespace-normal">
        {lastError && (
          <span className="mr-2 inline-flex items-center gap-1 text-v-bad" title={`${lastError.text}\n${dayClock(Date.parse(lastError.lastSeen))} UTC`}>
            <WarningCircleIcon size={13} weight="fill" aria-hidden="true" />
            {int(total.failed)} failed
          </span>
        )}
        {lastBatch ? (
          <span title={`${dayClock(Date.parse(lastBatch.at))} UTC`}>
            {clock(Date.parse(lastBatch.at))} <span className="text-kumo-subtle">{ago(Date.parse(lastBatch.at))} ·</span> {batchWords(lastBatch)}
          </span>
        ) : (
          <span className="text-kumo-subtle">{table.testUploads.last ? `test upload at ${clock(Date.parse(table.testUploads.last))}` : "none yet"}</span>
        )}
      </td>
    </tr>
  );
}
