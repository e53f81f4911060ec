import * as z from "zod/mini";

const counts = z.object({ total: z.number(), read: z.number() });

const plan = z.object({
  type: z.literal("plan"),
  dataset: z.optional(z.nullable(z.string())),
  tables: z.optional(z.array(z.object({ path: z.string(), version: z.number() }))),
  files: counts,
  bytes: counts,
});

const columns = z.object({
  type: z.literal("columns"),
  columns: z.array(z.object({ name: z.string(), type: z.string(), field: z.optional(z.nullable(z.string())) })),
});

const done = z.object({
  type: z.literal("done"),
  rows: z.number(),
  truncated: z.boolean(),
  elapsedMs: z.number(),
  coverage: z.object({
    complete: z.boolean(),
    filesTotal: z.number(),
    filesRead: z.number(),
    filesPruned: z.number(),
    bytesTotal: z.number(),
    bytesRead: z.number(),
  }),
});

const failure = z.object({
  type: z.literal("error"),
  code: z.string(),
  message: z.string(),
  position: z.optional(z.nullable(z.number())),
  suggestion: z.optional(z.nullable(z.string())),
});

export type PlanFrame = z.infer<typeof plan>;
export type ColumnsFrame = z.infer<typeof columns>;
export type AnswerColumn = ColumnsFrame["columns"][number];
export type DoneFrame = z.infer<typeof done>;
export type ErrorFrame = z.infer<typeof failure>;
export interface RowsFrame {
  type: "rows";
  count: number;
  columns: unknown[][];
}
export type Frame = PlanFrame | ColumnsFrame | RowsFrame | DoneFrame | ErrorFrame;

const small = { plan, columns, done, error: failure } as const;

/** One line of the stream as a frame; null for kinds this version does not know. */
export function parseFrame(line: string): Frame | null {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null || !("type" in value)) throw new Error("A line of the answer is not a frame.");
  const { type } = value;
  if (type === "rows") return rowsFrame(value);
  if (typeof type === "string" && type in small) return small[type as keyof typeof small].parse(value);
  return null;
}

// Checked by hand: a schema would walk every value of every row once more.
function rowsFrame(value: object): RowsFrame {
  const { count, columns: data } = value as { count?: unknown; columns?: unknown };
  if (typeof count !== "number" || !Array.isArray(data) || !data.every((c) => Array.isArray(c) && c.length === count)) {
    throw new Error("A block of rows is damaged: its columns differ in length.");
  }
  return { type: "rows", count, columns: data as unknown[][] };
}

/** Cuts a byte stream into frames, however the bytes are split on their way. */
export async function* readFrames(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Frame, void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      rest += value ?? "";
      let start = 0;
      for (let end = rest.indexOf("\n", start); end >= 0; end = rest.indexOf("\n", start)) {
        const line = rest.slice(start, end).trim();
        start = end + 1;
        const frame = line === "" ? null : parseFrame(line);
        if (frame) yield frame;
      }
      rest = rest.slice(start);
      if (!ended) continue;
      // A last line without its line feed counts only when it is whole; half a line means the stream was cut.
      const last = rest.trim() === "" ? null : parseWhole(rest.trim());
      if (last) yield last;
      return;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parseWhole(line: string): Frame | null {
  try {
    return parseFrame(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
