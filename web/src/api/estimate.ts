import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call } from "./http";
import type { QueryRequest } from "./run-query";

const condition = z.object({ text: z.string(), filesLeftOut: z.number(), why: z.string() });

const place = z.object({
  dataset: z.string(),
  columns: z.array(z.string()),
  filesTotal: z.number(),
  filesRead: z.number(),
  notes: z.array(z.string()),
  conditions: z.array(condition),
});

const estimate = z.object({
  filesTotal: z.number(),
  filesRead: z.number(),
  bytesTotal: z.number(),
  bytesExpected: z.number(),
  requestsExpected: z.number(),
  millisecondsExpected: z.number(),
  isHeavy: z.boolean(),
  isCached: z.boolean(),
  places: z.array(place),
});

export type Estimate = z.infer<typeof estimate>;
export type PlaceEstimate = z.infer<typeof place>;
export type ConditionEstimate = z.infer<typeof condition>;

/** What a statement would read; it is not run. */
export const estimateQuery = (request: QueryRequest | null) =>
  queryOptions({
    queryKey: ["estimate", request],
    enabled: request !== null,
    staleTime: 30_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await call("/api/query/estimate", {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(request),
      });
      return estimate.parse(await response.json());
    },
  });
