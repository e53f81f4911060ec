import { expect, it } from "vitest";
import type { HistoryEntry } from "@/api/saved-queries";
import { newestOfEach, outcomeOf } from "./recent-menu";

const entry: HistoryEntry = { sql: "SELECT 1", at: "2026-11-22T10:00:00Z", milliseconds: 270, rows: 1, outcome: "done" };

it("says in a few words what became of a query", () => {
  expect(outcomeOf(entry)).toBe("1 row, 270 ms");
  expect(outcomeOf({ ...entry, rows: 10_000, outcome: "cut" })).toBe("10,000 rows, 270 ms, cut at the row limit");
  expect(outcomeOf({ ...entry, rows: 0, outcome: "type_mismatch" })).toBe("failed: type_mismatch");
});

it("shows a statement over one time once", () => {
  const entries = [entry, { ...entry, rows: 2 }, { ...entry, from: "2026-11-22T00:00:00Z" }, entry].map((each, number) => ({ number, entry: each }));
  expect(newestOfEach(entries).map((each) => each.number)).toEqual([0, 2]);
});
