import { afterEach, expect, it, vi } from "vitest";
import { follow, type FollowEvent } from "./follow";

const request = { dataset: "http_requests", account: "a", zone: "z", filter: "A = 1", columns: ["A", "B"] };
const ready = "event: ready\ndata: {}\n\n";
const rows = (...records: object[]) => `event: rows\ndata: ${JSON.stringify({ cut: false, records })}\n\n`;
const answer = (text: string, status = 200) => new Response(text, { status });
const refusal = (status: number) => answer(JSON.stringify({ detail: `refused with ${status}`, code: "x" }), status);

afterEach(() => vi.unstubAllGlobals());

/** Follows through the given answers; the one after the last aborts. */
async function heard(...answers: (() => Response)[]): Promise<{ events: FollowEvent[]; waits: number[]; urls: string[] }> {
  const stop = new AbortController();
  const events: FollowEvent[] = [];
  const waits: number[] = [];
  const urls: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    urls.push(url);
    const next = answers.shift();
    if (next) return next();
    stop.abort();
    throw new DOMException("Aborted", "AbortError");
  });
  await follow(request, stop.signal, (event) => events.push(event), async (ms) => void waits.push(ms / 1000));
  return { events: events.filter((event) => event.kind !== "connecting"), waits, urls };
}

it("asks for the records of the statement, and hands them on as they come", async () => {
  const { events, urls } = await heard(() => answer(`${ready}${rows({ A: 1 })}: no records\n\n${rows({ A: 2 }, { A: 3 })}`));
  expect(urls[0]).toBe("/api/query/tail?dataset=http_requests&account=a&zone=z&filter=A+%3D+1&columns=A%2CB");
  expect(events.map((event) => (event.kind === "rows" ? event.records.length : event.kind))).toEqual(["open", 1, 2, "lost"]);
});

it("waits 1, 2, 5 and then 10 s between attempts, and 1 s again after one that worked", async () => {
  const down = () => refusal(503);
  const { waits } = await heard(down, down, down, down, down, () => answer(ready), down);
  expect(waits).toEqual([1, 2, 5, 10, 10, 1, 2]);
});

it("asks again at once when the server ends it by itself", async () => {
  const { waits, urls } = await heard(() => answer(`${ready}event: end\ndata: {}\n\n`), () => answer(ready));
  expect(urls).toHaveLength(3);
  expect(waits).toEqual([1]);
});

it("tries again after a fault on the way, and says which", async () => {
  const { events } = await heard(() => answer(`${ready}event: error\ndata: {"code":"file_unreadable","message":"A file is gone."}\n\n`));
  expect(events.at(-1)).toEqual({ kind: "lost", seconds: 1, why: "A file is gone." });
});

it("gives up when the question is refused, but not when the server is busy", async () => {
  await expect(heard(() => refusal(400))).rejects.toThrow("refused with 400");
  expect((await heard(() => refusal(429))).waits).toEqual([1]);
});
