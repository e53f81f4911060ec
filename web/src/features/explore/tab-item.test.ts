import { expect, it } from "vitest";
import { idle, type RunState } from "./query-run";
import { markOf } from "./tab-item";

const request = { sql: "SELECT a FROM t", account: "default" };
const run = (more: Partial<RunState>): RunState => ({ ...idle, request, answered: request, result: { columns: [], data: [], count: 20 }, ...more });

it("says of every tab that its query runs or is live", () => {
  expect(markOf(run({ phase: "streaming" }), false, null)).toEqual({ kind: "running" });
  expect(markOf(run({ phase: "live" }), true, null)).toEqual({ kind: "live" });
});

it("says what came unseen, and nothing of what was seen", () => {
  expect(markOf(run({ phase: "done" }), false, null)).toBeNull();
  expect(markOf(run({ phase: "done" }), true, null)).toEqual({ kind: "rows", rows: 20 });
  expect(markOf(run({ phase: "failed" }), true, null)).toEqual({ kind: "failed" });
  // Rows of the run before are none of this one.
  expect(markOf(run({ phase: "cancelled", answered: null }), true, null)).toEqual({ kind: "rows", rows: 0 });
});

it("still says how many came when they are not kept any more", () => {
  expect(markOf(idle, true, 20)).toEqual({ kind: "rows", rows: 20 });
  expect(markOf(idle, true, null)).toBeNull();
});
