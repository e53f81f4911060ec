import { afterEach, expect, it, vi } from "vitest";
import { QueryRunner } from "./query-run";

const plan = { type: "plan", dataset: "t", tables: [], files: { total: 3, read: 3 }, bytes: { total: 9, read: 9 } };
const columns = { type: "columns", columns: [{ name: "a", type: "int", field: "a" }] };
const rows = { type: "rows", count: 2, columns: [[1, 2]] };
const coverage = { complete: true, filesTotal: 3, filesRead: 3, filesPruned: 0, bytesTotal: 9, bytesRead: 9 };
const done = { type: "done", rows: 2, truncated: false, elapsedMs: 5, coverage };
const timeout = { type: "error", code: "timeout", message: "too long" };
const request = { sql: "SELECT a FROM t", account: "default" };

const answer = (...frames: object[]) => new Response(frames.map((f) => `${JSON.stringify(f)}\n`).join(""), { status: 200 });
const serve = (make: () => Response) => vi.stubGlobal("fetch", vi.fn(async () => make()));

afterEach(() => vi.unstubAllGlobals());

async function finalState(make: () => Response) {
  serve(make);
  const runner = new QueryRunner();
  await runner.start(request);
  return runner.snapshot();
}

it("collects the rows of a whole answer", async () => {
  const state = await finalState(() => answer(plan, columns, rows, rows, done));
  expect(state.phase).toBe("done");
  expect(state.result?.data).toEqual([[1, 2, 1, 2]]);
});

it("takes a truncated answer for done, since it says so itself", async () => {
  const cut = { ...done, truncated: true, coverage: { ...coverage, complete: false } };
  expect((await finalState(() => answer(plan, columns, rows, cut))).phase).toBe("done");
});

it("calls rows before an error partial, and no rows failed", async () => {
  expect((await finalState(() => answer(plan, columns, rows, timeout))).phase).toBe("partial");
  expect((await finalState(() => answer(plan, timeout))).phase).toBe("failed");
});

it("does not take a stream that was cut off for a whole answer", async () => {
  const state = await finalState(() => answer(plan, columns, rows));
  expect([state.phase, state.problem?.code]).toEqual(["partial", "cut_off"]);
});

it("keeps the problem a refused statement came with", async () => {
  const body = { title: "Refused", detail: "There is no column b.", code: "unknown_column", position: 7, suggestion: "a" };
  const state = await finalState(() => new Response(JSON.stringify(body), { status: 400 }));
  expect(state.phase).toBe("failed");
  expect(state.problem).toEqual({ status: 400, code: "unknown_column", message: "There is no column b.", position: 7, suggestion: "a" });
});

it("keeps the rows of the run before until new ones come", async () => {
  let next = () => answer(plan, columns, rows, done);
  serve(() => next());
  const runner = new QueryRunner();
  await runner.start(request);
  next = () => new Response("{}", { status: 500 });
  await runner.start({ ...request, sql: "SELECT b FROM t" });
  expect(runner.snapshot().phase).toBe("failed");
  expect(runner.snapshot().result?.count).toBe(2);
  expect(runner.snapshot().answered).toEqual(request);
});

const tail = { ok: true, columns: [{ name: "a", type: "int" }], request: { dataset: "t", account: "default", zone: undefined, filter: undefined, columns: [] } } as const;

it("shows live rows, lets them wait, and ends with what is run next", async () => {
  const events = `event: ready\ndata: {}\n\nevent: rows\ndata: {"cut":false,"records":[{"a":1},{"a":2}]}\n\n`;
  const open = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode(events)) });
  serve(() => new Response(open));
  const runner = new QueryRunner();
  void runner.follow(request, tail);
  await vi.waitFor(() => expect(runner.snapshot().result?.data).toEqual([[2, 1]]));
  expect(runner.snapshot().phase).toBe("live");
  runner.pause("key", true);
  expect(runner.snapshot().live?.pausedBy).toEqual(["key"]);
  serve(() => answer(plan, columns, rows, done));
  await runner.start(request);
  expect([runner.snapshot().phase, runner.snapshot().live]).toEqual(["done", null]);
});

it("ends live rows with the problem when they are refused", async () => {
  serve(() => new Response(JSON.stringify({ detail: "There is no column b.", code: "unknown_column" }), { status: 400 }));
  const runner = new QueryRunner();
  await runner.follow(request, tail);
  expect([runner.snapshot().phase, runner.snapshot().problem?.code, runner.snapshot().live]).toEqual(["failed", "unknown_column", null]);
});
