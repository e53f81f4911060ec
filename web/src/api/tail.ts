import * as z from "zod/mini";
import { readEvents } from "@/lib/event-stream";
import { call } from "./http";
import { ApiError, problemOf } from "./problem";

/** The records to follow. */
export interface TailRequest {
  dataset: string;
  account: string;
  zone: string | undefined;
  /** What would stand after WHERE. */
  filter: string | undefined;
  /** The fields to bring; none for all. */
  columns: readonly string[];
}

export type TailRecord = Record<string, unknown>;

export type TailEvent =
  | { kind: "ready" }
  /** Records that were stored since, the oldest first; of more than fit only the newest, which `cut` tells. */
  | { kind: "rows"; cut: boolean; records: TailRecord[] }
  | { kind: "quiet" }
  /** The server has ended it, as it does after an hour: whoever wants more asks again. */
  | { kind: "end" };

const rows = z.object({ cut: z.boolean(), records: z.array(z.record(z.string(), z.unknown())) });

/** Follows what is stored from now on. Aborting the signal ends it. */
export async function* readTail(request: TailRequest, signal: AbortSignal): AsyncGenerator<TailEvent, void> {
  const query = new URLSearchParams({ dataset: request.dataset, account: request.account });
  if (request.zone !== undefined) query.set("zone", request.zone);
  if (request.filter !== undefined) query.set("filter", request.filter);
  if (request.columns.length > 0) query.set("columns", request.columns.join(","));
  const response = await call(`/api/query/tail?${query.toString()}`, { signal, headers: { Accept: "text/event-stream" } });
  if (!response.body) throw new Error("The answer has no body.");
  for await (const { name, data } of readEvents(response.body)) {
    if (name === "ready") yield { kind: "ready" };
    else if (name === "comment") yield { kind: "quiet" };
    else if (name === "rows") yield { kind: "rows", ...rows.parse(JSON.parse(data)) };
    else if (name === "error") throw new ApiError(problemOf(200, JSON.parse(data)));
    else if (name === "end") {
      yield { kind: "end" };
      return;
    }
  }
}
