import type { Freed, Hold, Removal, TableReport, TableStatus } from "@/api/maintenance";
import { ago, dayClock, rangeLabel } from "@/lib/clock";
import { bytes, int, plural } from "@/lib/format";
import { readKeep } from "./retention-rule";

/** `Nov 22 14:31:55 UTC`, or a dash. */
export function instant(text: string | null | undefined): string {
  const ms = text ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? "–" : `${dayClock(ms)} UTC`;
}

/** `30 days`, `36 hours`, `for ever`. */
export function keepWords(keep: string): string {
  const { number, unit } = readKeep(keep);
  if (unit === "ever") return "for ever";
  return plural(number, unit === "d" ? "day" : "hour");
}

/** `1,204 records in 3 files (4.48 MB, Nov 01 00:00 – Nov 22 14:31 UTC)`: size and time are those of the files. */
export function removalWords(r: Removal): string {
  const files = [bytes(r.bytes)];
  if (r.oldest && r.newest) files.push(r.oldest === r.newest ? instant(r.oldest) : `${rangeLabel(Date.parse(r.oldest), Date.parse(r.newest))} UTC`);
  return `${plural(r.rows, "record")} in ${plural(r.filesRemoved + r.filesRewritten, "file")} (${files.join(", ")})`;
}

/** What is past the retention. */
export function pastWords(r: Removal): string {
  if (r.rows > 0) return `Past it: ${removalWords(r)}.`;
  return r.held.length > 0 || r.filesHeld > 0 ? "All that is past it is held." : "Nothing is past it.";
}

/** What holds keep of the records that would go, a sentence for each. */
export function heldWords(r: Removal): string[] {
  const words = r.held.map(({ hold, rows }) => `Hold ${hold} keeps ${plural(rows, "record")}.`);
  if (r.filesHeld > 0) words.push(`${plural(r.filesHeld, "file stays", "files stay")} whole, since a hold covers some of their records.`);
  return words;
}

/** What a removal did to the files. */
export function removedWords(r: Removal): string {
  if (r.rows === 0) return "Nothing went: no record met it any more.";
  const files = [r.filesRemoved > 0 && `${plural(r.filesRemoved, "file")} went whole`, r.filesRewritten > 0 && `${plural(r.filesRewritten, "file was", "files were")} written anew`];
  return `${plural(r.rows, "record")} went: ${files.filter((part) => part !== false).join(", ")}.`;
}

export const freedWords = (freed: Freed): string => `${plural(freed.files, "file")}, ${bytes(freed.bytes)}`;

/** What was done for a table, without when. */
export function reportWords(report: TableReport): string {
  const { merges, filesRemoved, filesAdded, expired, vacuumed, overtaken } = report;
  const parts = [
    merges > 0 && `${plural(merges, "merge")}: ${plural(filesRemoved, "file")} became ${int(filesAdded)}`,
    overtaken > 0 && `${plural(overtaken, "merge")} left to another server`,
    expired && expired.rows > 0 && `${plural(expired.rows, "record")} past the retention went`,
    vacuumed && vacuumed.files > 0 && `${freedWords(vacuumed)} deleted for good`,
  ].filter((part) => typeof part === "string");
  return parts.length === 0 ? "nothing was due" : parts.join("; ");
}

/** `Dec 01 18:41:43 UTC, 3 min ago`. */
export const whenWords = (text: string, now = Date.now()): string => `${instant(text)}, ${ago(Date.parse(text), now)}`;

export type Figure = readonly [label: string, value: string, hint?: string];

/** The figures of a table, in the order in which they stand. */
export function figuresOf(s: TableStatus): Figure[] {
  return [
    ["Files", int(s.files), `${int(s.freshFiles)} fresh from ingest, ${int(s.smallFiles)} small`],
    ["Size", bytes(s.bytes), `${int(s.bytes)} bytes`],
    ["Records", int(s.rows)],
    ["A record", s.rows === 0 ? "–" : bytes(s.bytes / s.rows)],
    ["Oldest", instant(s.oldest)],
    ["Newest", instant(s.newest)],
    ["Version", String(s.version)],
    ["Removed, room not given back", s.removedFiles === 0 ? "none" : freedWords({ files: s.removedFiles, bytes: s.removedBytes })],
  ];
}

/** The time that a hold covers. */
export function holdSpan(hold: Pick<Hold, "from" | "to">): string {
  if (hold.from && hold.to) return `${instant(hold.from)} – ${instant(hold.to)}`;
  if (hold.from) return `from ${instant(hold.from)} on`;
  return hold.to ? `before ${instant(hold.to)}` : "all time";
}
