import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import type { Scope } from "@/lib/search-params";
import { getJson } from "./http";

const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

const table = z.object({
  version: z.number(),
  files: z.number(),
  rows: maybe(z.number()),
  bytes: z.number(),
  oldest: maybe(z.string()),
  newest: maybe(z.string()),
});

const summary = {
  name: z.string(),
  title: z.string(),
  description: maybe(z.string()),
  scope: z.string(),
  timestampField: maybe(z.string()),
  idField: maybe(z.string()),
  fieldCount: maybe(z.number()),
  table: maybe(table),
};

const field = z.object({
  name: z.string(),
  type: z.string(),
  group: maybe(z.string()),
  description: maybe(z.string()),
  unit: maybe(z.string()),
  enum: maybe(z.array(z.union([z.string(), z.number()]))),
  deprecated: maybe(z.union([z.boolean(), z.string()])),
  statistics: maybe(z.boolean()),
  rule: maybe(z.string()),
});

const list = z.object({ datasets: z.array(z.object(summary)) });
const detail = z.object({ ...summary, fields: z.array(field) });

export type DatasetSummary = z.infer<typeof list>["datasets"][number];
export type Dataset = z.infer<typeof detail>;
export type Field = z.infer<typeof field>;

function scopeParameters(scope: Scope): string {
  const params = new URLSearchParams({ account: scope.account });
  if (scope.zone !== null) params.set("zone", scope.zone);
  return params.toString();
}

/** Every known dataset, with the state of its table in the scope. */
export const datasetsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ["datasets", scope.account, scope.zone],
    queryFn: async ({ signal }) => list.parse(await getJson(`/api/datasets?${scopeParameters(scope)}`, signal)).datasets,
    staleTime: 30_000,
  });

/** One dataset with its fields; without an account one that every account has. */
export const datasetQuery = (name: string, account?: string) =>
  queryOptions({
    queryKey: ["dataset", account ?? null, name],
    queryFn: async ({ signal }) => {
      const query = account === undefined ? "" : `?account=${encodeURIComponent(account)}`;
      return detail.parse(await getJson(`/api/datasets/${encodeURIComponent(name)}${query}`, signal));
    },
  });
