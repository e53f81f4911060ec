import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import type { HitsRequest } from "./hits";
import { call } from "./http";

const top = z.object({ rows: z.number(), values: z.array(z.object({ value: z.optional(z.nullable(z.string())), count: z.number() })) });

const facets = z.object({
  rows: z.number(),
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      present: z.number(),
      distinct: z.optional(z.nullable(z.number())),
      top: z.optional(z.nullable(top)),
    }),
  ),
});

export type Facets = z.infer<typeof facets>;
export type FieldFacet = Facets["fields"][number];

/** How the fields of rows are filled, and the most frequent values of those that are named. `run` tells one run from the next. */
export const facetsQuery = (request: Omit<HitsRequest, "by"> | null, names: readonly string[], run: unknown) =>
  queryOptions({
    queryKey: ["facets", request, names, run],
    enabled: request !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await call("/api/query/facets", {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ ...request, top: names }),
      });
      return facets.parse(await response.json());
    },
  });
