import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { getJson } from "./http";

const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

const rate = z.object({ records: z.number(), bytes: z.number(), rejected: z.number(), recordsPerSecond: z.number(), bytesPerSecond: z.number() });
const failure = z.object({ text: z.string(), count: z.number(), firstSeen: z.string(), lastSeen: z.string() });

const table = z.object({
  account: z.string(),
  zone: maybe(z.string()),
  dataset: z.string(),
  lastSeen: maybe(z.string()),
  total: z.object({
    records: z.number(),
    bytes: z.number(),
    batches: z.number(),
    rejected: z.number(),
    filtered: z.number(),
    repeated: z.number(),
    failed: z.number(),
  }),
  lastMinute: rate,
  lastHour: rate,
  lag: maybe(z.object({ lastSeconds: z.number(), maxSeconds: z.number() })),
  lastBatch: maybe(
    z.object({
      at: z.string(),
      accepted: z.number(),
      rejected: z.number(),
      filtered: z.number(),
      repeated: z.boolean(),
      bytes: z.number(),
      elapsedMs: z.number(),
      source: z.string(),
    }),
  ),
  testUploads: z.object({ count: z.number(), last: maybe(z.string()) }),
  lastError: maybe(failure),
  history: z.object({ bucketSeconds: z.number(), records: z.array(z.number()), rejected: z.array(z.number()) }),
  sources: z.array(z.object({ kind: z.string(), records: z.number(), batches: z.number(), rejected: z.number(), failed: z.number(), lastSeen: z.string() })),
});

const status = z.object({
  now: z.string(),
  since: z.string(),
  gauges: z.object({ inFlight: z.number(), waiting: z.number(), bytesHeld: z.number(), bytesLimit: z.number(), refused429: z.number() }),
  tablesTotal: z.number(),
  tables: z.array(table),
});

const reason = z.object({
  reason: z.string(),
  count: z.number(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  exampleSource: z.string(),
  exampleLine: maybe(z.number()),
});

const detail = z.object({ table, reasons: z.array(reason), errors: z.array(failure) });

export type IngestStatus = z.infer<typeof status>;
export type TableFigures = z.infer<typeof table>;
export type TableDetail = z.infer<typeof detail>;
export type ReasonFigures = z.infer<typeof reason>;

/** The table that records are sent to; the zone is null for a dataset of account scope. */
export interface IngestTarget {
  account: string;
  zone: string | null;
  dataset: string;
}

export const targetPath = (t: IngestTarget): string => [t.account, t.zone ?? "-", t.dataset].map(encodeURIComponent).join("/");

const pollMs = 2000;

/** What arrived for the tables of an account, asked for again every two seconds while the page is looked at. */
export const ingestStatusQuery = (account: string) =>
  queryOptions({
    queryKey: ["ingest-status", account],
    queryFn: async ({ signal }) => status.parse(await getJson(`/api/ingest/status?${new URLSearchParams({ account })}`, signal)),
    refetchInterval: pollMs,
  });

/** One table with its reasons and errors; all zeros when nothing arrived. */
export const tableStatusQuery = (target: IngestTarget) =>
  queryOptions({
    queryKey: ["ingest-table", target.account, target.zone, target.dataset],
    queryFn: async ({ signal }) => detail.parse(await getJson(`/api/ingest/status/${targetPath(target)}`, signal)),
    refetchInterval: pollMs,
  });
