import type { TailRecord } from "@/api/tail";
import { int } from "@/lib/format";
import { emptyResult, type ResultColumn, type ResultSet } from "@/lib/result-set";
import type { FollowEvent } from "./follow";

/** Rows that are kept, on the screen and while they wait. */
export const liveRowsMax = 5000;

/** Why live rows wait: the table is not at its top, a record is open, or a person stopped them. */
export type PauseReason = "scroll" | "record" | "key";

export interface LiveState {
  shown: ResultSet;
  pausedBy: readonly PauseReason[];
  /** Rows that came while it was paused, the oldest first. */
  waiting: readonly TailRecord[];
  /** All rows that came. */
  came: number;
  /** Waiting rows that had to go for newer ones. */
  leftOut: number;
  /** Looks of the server of which only the newest rows were sent. */
  cuts: number;
  /** Times that the connection was lost after it had been there. */
  losses: number;
  connection: { kind: "connecting" } | { kind: "open" } | { kind: "lost"; seconds: number; why: string };
}

export const liveStart = (columns: readonly ResultColumn[]): LiveState => ({
  shown: emptyResult(columns), pausedBy: [], waiting: [], came: 0, leftOut: 0, cuts: 0, losses: 0, connection: { kind: "connecting" },
});

/** What one more event makes of it. */
export function liveAfter(live: LiveState, event: FollowEvent): LiveState {
  switch (event.kind) {
    case "connecting":
      return { ...live, connection: { kind: "connecting" } };
    case "open":
      return { ...live, connection: { kind: "open" } };
    case "lost":
      return { ...live, losses: live.losses + (live.connection.kind === "open" ? 1 : 0), connection: { kind: "lost", seconds: event.seconds, why: event.why } };
    case "rows": {
      const counted = { ...live, came: live.came + event.records.length, cuts: live.cuts + (event.cut ? 1 : 0) };
      if (live.pausedBy.length === 0) return { ...counted, shown: prepend(live.shown, event.records, liveRowsMax) };
      const waiting = [...live.waiting, ...event.records];
      const over = Math.max(0, waiting.length - liveRowsMax);
      return { ...counted, waiting: waiting.slice(over), leftOut: live.leftOut + over };
    }
  }
}

/** Pauses for a reason, or takes the reason away; without any the rows that waited are shown. */
export function livePaused(live: LiveState, reason: PauseReason, isOn: boolean): LiveState {
  if (live.pausedBy.includes(reason) === isOn) return live;
  const pausedBy = isOn ? [...live.pausedBy, reason] : live.pausedBy.filter((each) => each !== reason);
  if (pausedBy.length > 0 || live.waiting.length === 0) return { ...live, pausedBy };
  return { ...live, pausedBy, waiting: [], shown: prepend(live.shown, live.waiting, liveRowsMax) };
}

/** Puts records, the oldest of which comes first, on top of a table, the newest of which does. Fields that it has no column for get one. */
export function prepend(set: ResultSet, records: readonly TailRecord[], most: number): ResultSet {
  const newest = records.slice(-most).toReversed();
  const kept = Math.min(set.count, most - newest.length);
  const known = new Set(set.columns.map((column) => column.name));
  const more = [...new Set(newest.flatMap((record) => Object.keys(record)))].filter((name) => !known.has(name));
  const columns = more.length === 0 ? set.columns : [...set.columns, ...more.map((name): ResultColumn => ({ name, type: "json", field: name }))];
  const data = columns.map((column, k) => {
    const old = set.data[k]?.slice(0, kept) ?? Array.from<unknown>({ length: kept }).fill(null);
    return [...newest.map((record) => record[column.name] ?? null), ...old];
  });
  return { columns, data, count: newest.length + kept };
}

const times = (n: number): string => (n === 1 ? "once" : `${int(n)} times`);

/** What is not whole about the rows, each in a sentence. */
export function liveNotes(live: LiveState): string[] {
  const notes: string[] = [];
  if (live.cuts > 0) notes.push(`Sampled to keep up: ${times(live.cuts)} more rows came together than fit, and only the newest are here.`);
  if (live.leftOut > 0) notes.push(`${int(live.leftOut)} left out to keep up: at most ${int(liveRowsMax)} wait.`);
  if (live.losses > 0) notes.push(`The connection was lost ${times(live.losses)}: what was stored meanwhile is missing here.`);
  return notes;
}
