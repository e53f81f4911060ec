import type { TableFigures } from "@/api/ingest-status";
import { bytes, compact, duration, int, plural, span } from "@/lib/format";

/** Events a second: `0`, `0.04`, `4.2`, `850`, `10.1 k`. */
export function perSecond(n: number): string {
  if (n === 0) return "0";
  if (n < 0.01) return "< 0.01";
  if (n < 0.995) return n.toFixed(2);
  return n < 99.5 ? String(Number(n.toFixed(1))) : compact(n);
}

export const bytesPerSecond = (n: number): string => (n === 0 ? "0" : n < 1 ? "< 1 B/s" : `${bytes(n)}/s`);

/** How old records are when they arrive: `270 ms`, `6.4 s`, `40 min`, `24 h`. */
export const lagWords = (seconds: number): string => (seconds < 59.95 ? duration(seconds * 1000) : span(seconds * 1000));

export const batchWords = (batch: NonNullable<TableFigures["lastBatch"]>): string =>
  batch.repeated
    ? `${plural(batch.accepted, "record")}, stored before, so not again`
    : `${plural(batch.accepted, "record")}, ${int(batch.rejected)} rejected${batch.filtered > 0 ? `, ${int(batch.filtered)} left out by the filter` : ""}, ${duration(batch.elapsedMs)}`;

export type Arrival = "waiting" | "failing" | "arriving";

/** Whether batches come: they do once one was stored; they fail when all that came failed. */
export function arrivalOf(table: TableFigures): Arrival {
  if (table.lastBatch) return "arriving";
  return table.total.failed > 0 ? "failing" : "waiting";
}

/** What the bars of the last hour show, in words. */
export function historyWords(history: TableFigures["history"]): string {
  const total = history.records.reduce((sum, n) => sum + n, 0);
  const rejected = history.rejected.reduce((sum, n) => sum + n, 0);
  if (total + rejected === 0) return "Nothing in the last hour";
  return `Last hour: ${plural(total, "record")}, most in a minute ${int(Math.max(...history.records))}${rejected > 0 ? `, ${int(rejected)} rejected` : ""}`;
}

export interface Bar {
  /** 0 to 1. */
  stored: number;
  rejected: number;
}

/** Heights of bars against the highest; what is there at all is seen. */
export function barsOf(history: TableFigures["history"]): Bar[] {
  const top = Math.max(1, ...history.records.map((n, k) => n + (history.rejected[k] ?? 0)));
  const least = 0.06;
  return history.records.map((n, k) => {
    const bad = history.rejected[k] ?? 0;
    return { stored: n === 0 ? 0 : Math.max(least, n / top), rejected: bad === 0 ? 0 : Math.max(least, bad / top) };
  });
}

const scopeName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Why a name can't be that of an account or zone; null when it can. */
export const nameProblem = (name: string): string | null =>
  scopeName.test(name) ? null : "1 to 64 letters, digits, “.”, “_” or “-”, first a letter or digit";
