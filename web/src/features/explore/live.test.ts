import { describe, expect, it } from "vitest";
import type { TailRecord } from "@/api/tail";
import { emptyResult } from "@/lib/result-set";
import { liveAfter, liveNotes, livePaused, liveRowsMax, liveStart, prepend, type LiveState } from "./live";

const columns = [{ name: "n", type: "int", field: "n" }];
const records = (from: number, count: number): TailRecord[] => Array.from({ length: count }, (_, k) => ({ n: from + k }));
const rows = (from: number, count: number, cut = false) => ({ kind: "rows", cut, records: records(from, count) }) as const;

describe("prepend", () => {
  it("puts the newest on top and keeps no more than it may", () => {
    const first = prepend(emptyResult(columns), records(1, 3), 5);
    expect(first).toMatchObject({ data: [[3, 2, 1]], count: 3 });
    expect(prepend(first, records(4, 3), 5)).toMatchObject({ data: [[6, 5, 4, 3, 2]], count: 5 });
    expect(prepend(first, records(4, 9), 5)).toMatchObject({ data: [[12, 11, 10, 9, 8]], count: 5 });
    // The arrays of before are still those of a table that may be on the screen.
    expect(first.data).toEqual([[3, 2, 1]]);
  });

  it("gives fields that come later a column, empty where they were not", () => {
    const set = prepend(prepend(emptyResult(columns), records(1, 1), 5), [{ n: 2, _extra: { a: 1 } }], 5);
    expect(set.columns.map((column) => column.name)).toEqual(["n", "_extra"]);
    expect(set.data).toEqual([[2, 1], [{ a: 1 }, null]]);
  });
});

/** However rows and pauses come, no row is lost without being said, and those shown are in order. */
it("shows, keeps waiting or counts every row", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 40; round++) {
    let live: LiveState = liveStart(columns);
    let next = 1;
    for (let step = 0; step < 30; step++) {
      if (random(3) === 0) live = livePaused(live, (["scroll", "record", "key"] as const)[random(3)]!, random(2) === 0);
      const count = random(900);
      live = liveAfter(live, rows(next, count));
      next += count;
      const waiting = live.pausedBy.length > 0 ? live.waiting.map((record) => Number(record.n)).toReversed() : [];
      const seen = [...waiting, ...(live.shown.data[0] as number[])];
      expect(live.came).toBe(next - 1);
      expect(live.shown.count).toBeLessThanOrEqual(liveRowsMax);
      expect(live.waiting.length).toBeLessThanOrEqual(liveRowsMax);
      expect(seen.every((value, k) => k === 0 || value < seen[k - 1]!)).toBe(true);
      expect(seen[0] ?? 0).toBe(next - 1);
    }
  }
});

it("resumes only when the last reason to wait is gone", () => {
  let live = liveAfter(livePaused(livePaused(liveStart(columns), "scroll", true), "record", true), rows(1, 2));
  live = livePaused(live, "scroll", false);
  expect([live.shown.count, live.waiting.length]).toEqual([0, 2]);
  live = livePaused(live, "record", false);
  expect([live.shown.data, live.waiting.length]).toEqual([[[2, 1]], 0]);
});

it("says what is missing", () => {
  let live = livePaused(liveStart(columns), "key", true);
  expect(liveNotes(live)).toEqual([]);
  live = liveAfter(live, { kind: "lost", seconds: 1, why: "down" });
  expect(liveNotes(live)).toEqual([]);
  live = liveAfter(liveAfter(liveAfter(live, { kind: "open" }), rows(1, liveRowsMax + 412, true)), { kind: "lost", seconds: 1, why: "down" });
  expect(liveNotes(live).map((note) => note.split(":")[0])).toEqual(["Sampled to keep up", "412 left out to keep up", "The connection was lost once"]);
});
