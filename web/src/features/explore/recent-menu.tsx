import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react";
import { problemOfError } from "@/api/problem";
import { historyQuery, type HistoryEntry } from "@/api/saved-queries";
import { dayClock, rangeLabel } from "@/lib/clock";
import { duration, plural } from "@/lib/format";
import type { Explore } from "./use-explore";

const outcomes: Record<string, string> = { done: "", cut: "cut at the row limit", cancelled: "cancelled" };

/** What became of a query, in a few words. */
export function outcomeOf(entry: HistoryEntry): string {
  const words = outcomes[entry.outcome];
  if (words === undefined) return `failed: ${entry.outcome}`;
  return [plural(entry.rows, "row"), duration(entry.milliseconds), words].filter((part) => part !== "").join(", ");
}

/** The newest run of each statement. */
export function newestOfEach(entries: readonly { number: number; entry: HistoryEntry }[]): { number: number; entry: HistoryEntry }[] {
  const seen = new Set<string>();
  return entries.filter(({ entry }) => {
    const key = `${entry.sql}\n${entry.zone ?? ""}\n${entry.from ?? ""}\n${entry.to ?? ""}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The queries that were run last: one click asks again, over the time of then. */
export function RecentMenu({ explore }: { explore: Explore }) {
  const account = explore.scope?.account ?? "";
  const [open, setOpen] = useState(false);
  const list = useQuery({ ...historyQuery(account), enabled: open && account !== "", staleTime: 0 });
  const choose = (entry: HistoryEntry) => {
    setOpen(false);
    void explore.commit({ from: entry.from ?? "all", to: entry.from ? (entry.to ?? "now") : undefined }, entry.sql);
  };
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button size="sm" variant="ghost" icon={ClockCounterClockwiseIcon}>
            Recent
          </Button>
        }
      />
      <Popover.Content align="start" className="w-[460px] p-0">
        <Popover.Title className="sr-only">Recent queries</Popover.Title>
        {list.error && <p className="px-3 py-2 text-xs text-v-bad">{problemOfError(list.error).message}</p>}
        <ul aria-label="Recent queries" className="max-h-[400px] overflow-y-auto p-1">
          {newestOfEach(list.data ?? []).map(({ number, entry }) => (
            <li key={number}>
              <button type="button" className="block w-full rounded px-2 py-1 text-left hover:bg-kumo-tint" title={entry.sql} onClick={() => choose(entry)}>
                <span className="block truncate font-mono text-xs">{entry.sql.replaceAll(/\s+/g, " ")}</span>
                <span className="num block truncate text-2xs text-kumo-subtle">
                  {dayClock(Date.parse(entry.at))} · {outcomeOf(entry)}
                  {entry.from && entry.to && ` · ${rangeLabel(Date.parse(entry.from), Date.parse(entry.to))}`}
                </span>
              </button>
            </li>
          ))}
          {list.data?.length === 0 && <li className="px-2 py-2 text-xs text-kumo-subtle">Nothing was run here yet.</li>}
        </ul>
      </Popover.Content>
    </Popover>
  );
}
