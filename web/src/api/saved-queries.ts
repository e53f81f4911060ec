import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call, getJson } from "./http";

const savedQuery = z.object({
  id: z.string(),
  text: z.object({ name: z.string(), description: z.string(), view: z.string() }),
  version: z.number(),
  changedBy: z.string(),
  changedAt: z.string(),
});

const entry = z.object({
  sql: z.string(),
  zone: z.optional(z.nullable(z.string())),
  from: z.optional(z.nullable(z.string())),
  to: z.optional(z.nullable(z.string())),
  at: z.string(),
  milliseconds: z.number(),
  rows: z.number(),
  outcome: z.string(),
});

export type SavedQuery = z.infer<typeof savedQuery>;
export type HistoryEntry = z.infer<typeof entry>;

const route = (account: string) => `/api/accounts/${encodeURIComponent(account)}/saved-queries`;

/** The queries that the account has saved, by name. */
export const savedQueriesQuery = (account: string) =>
  queryOptions({ queryKey: ["saved-queries", account], queryFn: async ({ signal }) => z.array(savedQuery).parse(await getJson(route(account), signal)) });

/** The queries that the user ran in the account, the newest first. */
export const historyQuery = (account: string) =>
  queryOptions({
    queryKey: ["history", account],
    queryFn: async ({ signal }) => {
      const path = `/api/accounts/${encodeURIComponent(account)}/history?count=50`;
      return z.array(z.object({ number: z.number(), entry })).parse(await getJson(path, signal));
    },
  });

export async function saveQuery(account: string, text: SavedQuery["text"]): Promise<SavedQuery> {
  const response = await call(route(account), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(text) });
  return savedQuery.parse(await response.json());
}

/** Deletes a saved query, unless somebody changed it since it was read. */
export async function deleteQuery(account: string, query: SavedQuery): Promise<void> {
  await call(`${route(account)}/${query.id}`, { method: "DELETE", headers: { "If-Match": `"${query.version}"` } });
}
