import { describe, expect, it } from "vitest";
import { parseFrame, readFrames, type Frame } from "./frames";

const lines = [
  { type: "plan", dataset: "http_requests", tables: [{ path: "p", version: 12 }], files: { total: 34, read: 3 }, bytes: { total: 9, read: 8 } },
  { type: "columns", columns: [{ name: "ClientIP", type: "string", field: "ClientIP" }] },
  { type: "rows", count: 2, columns: [["ü€🔒", "b\nc"]] },
  { type: "done", rows: 2, truncated: false, elapsedMs: 4.5, coverage: { complete: true, filesTotal: 34, filesRead: 3, filesPruned: 31, bytesTotal: 9, bytesRead: 8 } },
];
const whole = new TextEncoder().encode(lines.map((l) => JSON.stringify(l)).join("\n") + "\n");

async function readAll(chunks: Uint8Array<ArrayBuffer>[]): Promise<Frame[]> {
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const frames: Frame[] = [];
  for await (const frame of readFrames(stream)) frames.push(frame);
  return frames;
}

describe("readFrames", () => {
  it("gives the same frames wherever the bytes are split", async () => {
    for (let at = 0; at <= whole.length; at++) {
      const frames = await readAll([whole.slice(0, at), whole.slice(at)]);
      expect(frames).toEqual(lines);
    }
  });

  it("reads a stream of single bytes", async () => {
    expect(await readAll([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(lines);
  });

  it("takes a last line without a line feed, and leaves half a line out", async () => {
    expect(await readAll([whole.slice(0, -1)])).toHaveLength(4);
    expect(await readAll([whole.slice(0, -20)])).toHaveLength(3);
  });

  it("skips kinds of frames it does not know", () => {
    expect(parseFrame('{"type":"progress","files":3}')).toBeNull();
  });

  it("refuses a block whose columns differ in length", () => {
    expect(() => parseFrame('{"type":"rows","count":2,"columns":[[1,2],[1]]}')).toThrow(/damaged/);
  });
});
