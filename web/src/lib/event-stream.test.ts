import { expect, it } from "vitest";
import { readEvents, type StreamEvent } from "./event-stream";

async function eventsOf(pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<StreamEvent[]> {
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: StreamEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

const text = 'event: ready\ndata: {}\n\n: no records\n\nevent: rows\r\ndata: {"cut":false,\r\ndata:"records":["Zürich – 日本"]}\r\n\r\ndata: plain\n\nevent: rows\ndata: {"cut":tr';
const whole: StreamEvent[] = [
  { name: "ready", data: "{}" },
  { name: "comment", data: "no records" },
  { name: "rows", data: '{"cut":false,\n"records":["Zürich – 日本"]}' },
  { name: "message", data: "plain" },
];

it("reads events, comments and data over several lines, and leaves out what was cut off", async () => {
  expect(await eventsOf([new TextEncoder().encode(text)])).toEqual(whole);
});

it("reads the same however the bytes are split", async () => {
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < bytes.length; size += 3) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) => bytes.slice(k * size, (k + 1) * size));
    expect(await eventsOf(pieces)).toEqual(whole);
  }
});
