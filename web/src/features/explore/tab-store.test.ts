import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TabStore } from "./tab-store";

const line = (frame: object) => `${JSON.stringify(frame)}\n`;
const coverage = { complete: true, filesTotal: 1, filesRead: 1, filesPruned: 0, bytesTotal: 9, bytesRead: 9 };
const answer = [
  { type: "plan", dataset: "t", tables: [], files: { total: 1, read: 1 }, bytes: { total: 9, read: 9 } },
  { type: "columns", columns: [{ name: "a", type: "int", field: "a" }] },
  { type: "rows", count: 2, columns: [[1, 2]] },
  { type: "done", rows: 2, truncated: false, elapsedMs: 5, coverage },
].map(line).join("");
const request = () => ({ sql: "SELECT a FROM t", account: "default" });

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

/** A store with so many tabs, each of which was shown once and has its answer. */
async function shownOnce(count: number): Promise<TabStore> {
  vi.stubGlobal("fetch", vi.fn(async () => new Response(answer)));
  const store = new TabStore();
  store.begin({ ds: "t" });
  for (let k = 1; k < count; k++) store.open({ ds: "t" });
  for (const { id } of store.snapshot().all) {
    store.show(id, { ds: "t" }, undefined);
    store.workOf(id).run("x", request);
    await vi.waitFor(() => expect(store.workOf(id).runner.snapshot().phase).toBe("done"));
  }
  return store;
}

it("remembers the tabs and which is shown, and begins with them again", () => {
  const store = new TabStore();
  store.begin({ ds: "a" });
  const id = store.open({ ds: "b" })!;
  store.show(id, { ds: "b", q: "SELECT 1" }, "k1");
  store.rename(id, "Spike");
  expect(new TabStore().begin({ ds: "b", q: "SELECT 1" })).toEqual(store.snapshot());
});

it("runs a statement once, however often its tab is shown, until it is asked to again", async () => {
  const store = await shownOnce(2);
  const work = store.workOf("1");
  work.run("x", request);
  expect(fetch).toHaveBeenCalledTimes(2);
  work.runAgain();
  work.run("x", request);
  expect(fetch).toHaveBeenCalledTimes(3);
});

it("keeps the answers of the last five tabs that were shown", async () => {
  const store = await shownOnce(7);
  const phases = store.snapshot().all.map(({ id }) => store.workOf(id).runner.snapshot().phase);
  expect(phases.filter((phase) => phase === "idle")).toHaveLength(2);
  expect(store.workOf(store.snapshot().shown).runner.snapshot().result?.count).toBe(2);
});

it("knows whose query ran on unseen", () => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const store = new TabStore();
  store.begin({ ds: "a" });
  const id = store.open({ ds: "b" })!;
  store.show("1", { ds: "a" }, "k1");
  store.workOf("1").run("x", request);
  store.show(id, { ds: "b" }, "k2");
  expect([store.workOf("1").wasLeftRunning, store.workOf(id).wasLeftRunning]).toEqual([true, false]);
  store.show("1", { ds: "a" }, "k1");
  expect(store.workOf("1").wasLeftRunning).toBe(false);
});

it("goes back to the tab of an entry of the history, while there is such a tab", () => {
  const store = new TabStore();
  store.begin({ ds: "a" });
  const id = store.open({ ds: "b" })!;
  store.show("1", { ds: "a" }, "k1");
  store.show(id, { ds: "b" }, "k2");
  expect([store.tabOf("k1", undefined), store.tabOf("k2", undefined), store.tabOf("new", undefined), store.tabOf("new", "1")]).toEqual(["1", id, id, "1"]);
  store.close("1");
  expect(store.tabOf("k1", undefined)).toBe(id);
});

it("stops the query of a tab that is closed, and has one live tab", () => {
  const signals: AbortSignal[] = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => (signals.push(init.signal!), new Promise(() => undefined)));
  const store = new TabStore();
  store.begin({ ds: "a" });
  const id = store.open({ ds: "b" })!;
  store.workOf(id).run("x", request);
  store.close(id);
  expect(signals[0]?.aborted).toBe(true);
  const [first, second] = ["1", store.open({ ds: "c" })!];
  store.goLive(first);
  store.goLive(second);
  expect([store.workOf(first).isLive, store.workOf(second).isLive]).toEqual([false, true]);
});
