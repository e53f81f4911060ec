import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { getJson } from "./http";
import type { IngestTarget } from "./ingest-status";

const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

const snippet = z.object({ name: z.string(), title: z.string(), language: z.string(), text: z.string() });
const way = z.object({ name: z.string(), title: z.string(), summary: z.string(), snippets: z.array(snippet) });
const setup = z.object({
  baseUrl: z.string(),
  token: maybe(z.string()),
  tokenIsReal: z.boolean(),
  hint: z.string(),
  destinationConf: maybe(z.string()),
  ways: z.array(way),
});

export type IngestSetup = z.infer<typeof setup>;
export type SetupWay = z.infer<typeof way>;
export type SetupSnippet = z.infer<typeof snippet>;

/** Ready texts that send records to a table, by every way the server offers. */
export const ingestSetupQuery = (target: IngestTarget, host: string) =>
  queryOptions({
    queryKey: ["ingest-setup", target.account, target.zone, target.dataset, host],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ account: target.account, zone: target.zone ?? "-", dataset: target.dataset, host });
      return setup.parse(await getJson(`/api/ingest/setup?${params}`, signal));
    },
  });
