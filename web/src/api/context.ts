import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call } from "./http";

const records = z.array(z.record(z.string(), z.unknown()));
const context = z.object({ before: records, after: records });

export type StoredRecord = z.infer<typeof records>[number];
export type Context = z.infer<typeof context>;

/** Where records around an instant are looked for. */
export interface ContextRequest {
  dataset: string;
  account: string;
  zone: string | undefined;
  /** The instant, RFC 3339. */
  at: string;
  /** How many on each side. */
  count: number;
  /** What would stand after WHERE. */
  filter?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The records before and after an instant, the nearest first; those of just that instant are in both. */
export const contextQuery = (request: ContextRequest | null) =>
  queryOptions({
    queryKey: ["context", request],
    enabled: request !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const response = await call("/api/query/context", {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(request),
      });
      return context.parse(await response.json());
    },
  });
