import * as z from "zod/mini";
import { call } from "./http";
import { targetPath, type IngestTarget } from "./ingest-status";

const result = z.object({
  ok: z.boolean(),
  path: z.string(),
  status: z.optional(z.nullable(z.number())),
  answer: z.optional(z.nullable(z.string())),
  elapsedMs: z.number(),
  storeAnswers: z.boolean(),
  message: z.string(),
});

export type TestResult = z.infer<typeof result>;

/** Has the server send Cloudflare's test upload to itself. Nothing is stored. */
export async function testIngest(target: IngestTarget): Promise<TestResult> {
  const response = await call(`/api/ingest/test/${targetPath(target)}`, { method: "POST" });
  return result.parse(await response.json());
}
