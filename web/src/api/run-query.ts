import { readFrames, type Frame } from "./frames";
import { call } from "./http";

export interface QueryRequest {
  sql: string;
  account: string;
  zone?: string | undefined;
  /** Inclusive, RFC 3339. */
  from?: string | undefined;
  /** Exclusive, RFC 3339. */
  to?: string | undefined;
  /** Tables at the versions to read, as `path@version`; the newest when absent. */
  asOf?: string | undefined;
}

/** Runs a statement and yields the frames of its answer as they come. Aborting the signal cancels it in the server. */
export async function* runQuery(request: QueryRequest, signal: AbortSignal): AsyncGenerator<Frame, void> {
  const response = await call("/api/query", {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "application/x-ndjson" },
    body: JSON.stringify(request),
  });
  if (!response.body) throw new Error("The answer has no body.");
  yield* readFrames(response.body);
}
