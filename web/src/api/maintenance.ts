import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call, getJson } from "./http";

const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

const hold = z.object({
  name: z.string(),
  from: maybe(z.string()),
  to: maybe(z.string()),
  where: maybe(z.string()),
  by: z.string(),
  reason: z.string(),
  placedAt: z.string(),
});

const rules = z.object({ keep: z.string(), by: z.enum(["date", "time"]), deletion: z.boolean(), holds: z.array(hold) });

const removal = z.object({
  dryRun: z.boolean(),
  cutOff: maybe(z.string()),
  filesRemoved: z.number(),
  filesRewritten: z.number(),
  rows: z.number(),
  bytes: z.number(),
  oldest: maybe(z.string()),
  newest: maybe(z.string()),
  held: z.array(z.object({ hold: z.string(), rows: z.number() })),
  filesHeld: z.number(),
});

const freed = z.object({ files: z.number(), bytes: z.number() });

const report = z.object({
  at: z.string(),
  merges: z.number(),
  overtaken: z.number(),
  filesRemoved: z.number(),
  filesAdded: z.number(),
  badFiles: z.array(z.object({ path: z.string(), reason: z.string() })),
  expired: maybe(removal),
  vacuumed: maybe(freed),
  fault: maybe(z.string()),
});

const status = z.object({
  rules,
  version: z.number(),
  files: z.number(),
  bytes: z.number(),
  rows: z.number(),
  freshFiles: z.number(),
  smallFiles: z.number(),
  removedFiles: z.number(),
  removedBytes: z.number(),
  oldest: maybe(z.string()),
  newest: maybe(z.string()),
  last: z.nullable(report),
});

export type Hold = z.infer<typeof hold>;
export type Rules = z.infer<typeof rules>;
export type Removal = z.infer<typeof removal>;
export type Freed = z.infer<typeof freed>;
export type TableReport = z.infer<typeof report>;
export type TableStatus = z.infer<typeof status>;
export type Retention = Pick<Rules, "keep" | "by">;

/** The table that rules are of; the zone is null for a dataset of account scope. */
export interface TablePlace {
  account: string;
  zone: string | null;
  dataset: string;
}

const route = (t: TablePlace): string =>
  `/api/accounts/${encodeURIComponent(t.account)}/zones/${encodeURIComponent(t.zone ?? "-")}/datasets/${encodeURIComponent(t.dataset)}`;

const keyOf = (t: TablePlace) => [t.account, t.zone, t.dataset] as const;

/** What stands under it is asked for anew when something of the table has changed. */
export const maintenanceKey = (t: TablePlace) => ["maintenance", ...keyOf(t)] as const;

// Servers look after tables meanwhile, and records arrive.
const pollMs = 60_000;

/** How a table stands: its rules, what is stored, what was done last. */
export const maintenanceQuery = (place: TablePlace) =>
  queryOptions({
    queryKey: [...maintenanceKey(place), "status"],
    queryFn: async ({ signal }) => status.parse(await getJson(`${route(place)}/maintenance`, signal)),
    staleTime: 0,
    refetchInterval: pollMs,
  });

async function send(path: string, method: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const response = await call(path, { method, headers, signal: signal ?? null, body: body === undefined ? null : JSON.stringify(body) });
  return response.json();
}

/** What would go if what is past the retention went now. */
export const expiryQuery = (place: TablePlace, retention: Retention) =>
  queryOptions({
    queryKey: [...maintenanceKey(place), "expire", retention.keep, retention.by],
    queryFn: async ({ signal }) => removal.parse(await send(`${route(place)}/expire`, "POST", undefined, signal)),
    staleTime: 0,
  });

/** What would go if the records of a condition were erased. Not kept: what is confirmed has just been counted. */
export const erasureQuery = (place: TablePlace, where: string) =>
  queryOptions({
    queryKey: ["erasure", ...keyOf(place), where],
    queryFn: async ({ signal }) => removal.parse(await send(`${route(place)}/erase`, "POST", { where }, signal)),
    gcTime: 0,
  });

/** Files that no version needs any more. */
export const vacuumQuery = (place: TablePlace) =>
  queryOptions({
    queryKey: [...maintenanceKey(place), "vacuum"],
    queryFn: async ({ signal }) => freed.parse(await send(`${route(place)}/vacuum`, "POST", undefined, signal)),
    staleTime: 0,
  });

export const setRetention = async (place: TablePlace, body: Retention & { reason: string }): Promise<Rules> =>
  rules.parse(await send(`${route(place)}/retention`, "PUT", body));

export const setProtection = async (place: TablePlace, deletion: boolean, reason: string): Promise<Rules> =>
  rules.parse(await send(`${route(place)}/protection`, "PUT", { deletion, reason }));

export interface NewHold {
  name: string;
  from: string | null;
  to: string | null;
  where: string | null;
  reason: string;
}

export const placeHold = async (place: TablePlace, body: NewHold): Promise<Rules> => rules.parse(await send(`${route(place)}/holds`, "POST", body));

export const liftHold = async (place: TablePlace, name: string, reason: string): Promise<Rules> =>
  rules.parse(await send(`${route(place)}/holds/${encodeURIComponent(name)}?${new URLSearchParams({ reason })}`, "DELETE"));

/** Merges what is due and does what else is due, now. */
export const lookAfter = async (place: TablePlace): Promise<TableReport> => report.parse(await send(`${route(place)}/compact`, "POST"));

export const expireNow = async (place: TablePlace): Promise<Removal> => removal.parse(await send(`${route(place)}/expire?dryRun=false`, "POST"));

export const eraseNow = async (place: TablePlace, where: string, reason: string): Promise<Removal> =>
  removal.parse(await send(`${route(place)}/erase?dryRun=false`, "POST", { where, reason }));

export const vacuumNow = async (place: TablePlace): Promise<Freed> => freed.parse(await send(`${route(place)}/vacuum?dryRun=false`, "POST"));
