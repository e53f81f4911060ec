import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call } from "./http";

const answer = z.object({ total: z.number() });

/** The rows whose number is wanted. */
export interface CountRequest {
  dataset: string;
  account: string;
  zone: string | undefined;
  from: string | undefined;
  to: string | undefined;
  /** What would stand after WHERE. */
  filter: string;
}

/** How many rows meet a condition. */
export const countQuery = (request: CountRequest) =>
  queryOptions({
    queryKey: ["count", request],
    staleTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await call("/api/query/hits", {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ ...request, buckets: 1 }),
      });
      return answer.parse(await response.json()).total;
    },
  });
