import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call } from "./http";

const hits = z.object({
  from: z.optional(z.nullable(z.string())),
  to: z.optional(z.nullable(z.string())),
  stepSeconds: z.number(),
  total: z.number(),
  series: z.array(z.object({ value: z.optional(z.nullable(z.string())), isOther: z.boolean(), counts: z.array(z.number()) })),
});

export type Hits = z.infer<typeof hits>;
export type HitSeries = Hits["series"][number];

/** The rows whose number over time is wanted. */
export interface HitsRequest {
  dataset: string;
  account: string;
  zone: string | undefined;
  from: string | undefined;
  to: string | undefined;
  /** Tables at the versions to read; the newest when absent. */
  asOf?: string | undefined;
  /** What would stand after WHERE. */
  filter: string | undefined;
  /** The field whose most frequent values get a series each. */
  by: string | undefined;
}

async function ask(body: object, signal: AbortSignal): Promise<Hits> {
  const response = await call("/api/query/hits", {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  return hits.parse(await response.json());
}

/** Rows over time. `run` tells one run of a statement from the next. */
export const hitsQuery = (request: HitsRequest | null, run: unknown) =>
  queryOptions({
    queryKey: ["hits", request, run],
    enabled: request !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(request!, signal),
  });

/** How many rows there are, however they lie in time. `run` tells one run of a statement from the next; without one the number is kept for a minute. */
export const countQuery = (request: Omit<HitsRequest, "by">, run?: unknown) =>
  queryOptions({
    queryKey: ["count", request, run],
    staleTime: run === undefined ? 60_000 : 0,
    retry: false,
    queryFn: async ({ signal }) => (await ask({ ...request, buckets: 1 }, signal)).total,
  });
