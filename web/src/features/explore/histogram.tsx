import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { CaretDownIcon, CaretUpIcon, CheckIcon } from "@phosphor-icons/react";
import { hitsQuery, type Hits, type HitSeries, type HitsRequest } from "@/api/hits";
import { problemOfError } from "@/api/problem";
import type { QueryRequest } from "@/api/run-query";
import { rfc3339 } from "@/lib/clock";
import { compact, plural, span } from "@/lib/format";
import { recall, remember } from "@/lib/preferences";
import { analyse } from "@/lib/sql/statement";
import { IconButton } from "@/ui/icon-button";
import { TimeBars, type BarSeries } from "@/ui/time-bars";
import type { Explore } from "./use-explore";

const openKey = "histogram";
const barsHeight = 76;
const palette = ["--color-v-complete", "--color-v-mitigated", "--color-v-lattack", "--color-v-lclean", "--color-v-auto", "--color-v-attack"];

const breakdowns: Record<string, readonly string[]> = {
  http_requests: ["EdgeResponseStatus", "SecurityAction", "ClientCountry", "ClientRequestHost", "ClientRequestMethod", "CacheCacheStatus"],
  firewall_events: ["Action", "Source", "RuleID", "ClientCountry", "EdgeResponseStatus"],
};

/** The rows that a statement is about, when it is one plain SELECT: its condition is what the histogram counts. */
export function hitsRequestOf(request: QueryRequest | null, by: string | undefined): HitsRequest | null {
  const found = request && analyse(request.sql);
  if (!request || !found?.ok || found.statement.isAggregate) return null;
  const where = found.statement.clauses.WHERE;
  const filter = where && request.sql.slice(where.bodyStart, where.end).trim();
  return { dataset: found.statement.dataset, account: request.account, zone: request.zone, from: request.from, to: request.to, asOf: request.asOf, filter, by };
}

const labelOf = (series: HitSeries): string => (series.isOther ? "other" : (series.value ?? "none"));

/** The series from the bottom of the stack to its top, each with its colour. */
export const barsOf = (hits: Hits): BarSeries[] =>
  hits.series.map((s, index) => ({
    label: hits.series.length === 1 ? "all" : labelOf(s),
    colour: `var(${s.isOther ? "--color-v-none" : palette[index % palette.length]})`,
    counts: s.counts,
  }));

/** How the rows of the answer lie in time. Dragging over it narrows the range. */
export function Histogram({ explore }: { explore: Explore }) {
  const { run, search, show, commit, ds } = explore;
  const [isOpen, setOpen] = useState(() => recall(openKey) !== "closed");
  const asked = run.request;
  const request = useMemo(() => hitsRequestOf(asked, search.by), [asked, search.by]);
  // Each run asks anew: rows may have come since.
  const { data, error, isFetching } = useQuery({ ...hitsQuery(isOpen && run.phase !== "live" ? request : null, run.startedAt), retry: false });
  // Bars of a time that goes on would be wrong by the next row.
  if (request === null || run.phase === "failed" || run.phase === "live") return null;
  const toggle = () => {
    setOpen(!isOpen);
    remember(openKey, isOpen ? "closed" : "open");
  };
  const from = data?.from ? Date.parse(data.from) : NaN;
  const bars = data ? barsOf(data) : [];
  return (
    <section aria-label="Events over time" aria-busy={isFetching} className="shrink-0 border-b border-kumo-hairline bg-kumo-base px-3 py-1">
      <div className="flex h-6 items-center gap-3 overflow-hidden text-xs text-kumo-subtle">
        {isOpen && data && (
          <span className="whitespace-nowrap">
            <b className="num font-semibold text-kumo-default">{plural(data.total, "event")}</b>
            {data.total > 0 && `, a bar is ${span(data.stepSeconds * 1000)}`}
          </span>
        )}
        {isOpen && bars.length > 1 && <Legend bars={bars} />}
        <span className="ml-auto" />
        {isOpen && ds && <Breakdown dataset={ds} by={search.by} onChoose={(by) => show({ by }, false)} />}
        <IconButton label={isOpen ? "Hide the histogram" : "Show the histogram"} icon={isOpen ? CaretUpIcon : CaretDownIcon} onClick={toggle} />
      </div>
      {isOpen && error && <p className="py-2 text-xs text-kumo-subtle">No histogram: {problemOfError(error).message}</p>}
      {isOpen && !error && (
        <div className={isFetching && data ? "opacity-60" : ""} style={{ minHeight: barsHeight }}>
          {data && !Number.isNaN(from) && (
            <TimeBars
              from={from} step={data.stepSeconds * 1000} series={bars} thing="event" height={barsHeight}
              onBrush={(start, end) => void commit({ from: rfc3339(start), to: rfc3339(end) })}
            />
          )}
        </div>
      )}
    </section>
  );
}

function Legend({ bars }: { bars: readonly BarSeries[] }) {
  return (
    <ul className="flex min-w-0 items-center gap-3 overflow-hidden" aria-label="Series">
      {bars.map((s, index) => (
        <li key={`${index} ${s.label}`} className="flex items-center gap-1.5 whitespace-nowrap">
          <i className="size-2 rounded-xs" style={{ background: s.colour }} />
          {s.label}
          <span className="num text-kumo-default">{compact(s.counts.reduce((sum, n) => sum + n, 0))}</span>
        </li>
      ))}
    </ul>
  );
}

function Breakdown({ dataset, by, onChoose }: { dataset: string; by: string | undefined; onChoose: (by: string | undefined) => void }) {
  const fields = breakdowns[dataset] ?? [];
  if (fields.length === 0 && by === undefined) return null;
  const all = by === undefined || fields.includes(by) ? fields : [by, ...fields];
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button size="xs" variant="ghost">
            {by === undefined ? "Break down" : `By ${by}`}
            <CaretDownIcon size={11} className="text-kumo-subtle" />
          </Button>
        }
      />
      <DropdownMenu.Content>
        {[undefined, ...all].map((field) => (
          <DropdownMenu.Item key={field ?? ""} className="min-h-7 py-1 text-[13px]" onClick={() => onChoose(field)}>
            <span className="min-w-40 flex-1">{field ?? "All together"}</span>
            <CheckIcon size={13} className={field === by ? "text-kumo-brand" : "invisible"} aria-label={field === by ? "Current" : undefined} />
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
