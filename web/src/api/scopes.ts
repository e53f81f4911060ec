import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { getJson } from "./http";

const answer = z.object({ scopes: z.array(z.object({ account: z.string(), zones: z.array(z.string()) })) });

export type AccountScope = z.infer<typeof answer>["scopes"][number];

/** The accounts and zones that have data. */
export const scopesQuery = queryOptions({
  queryKey: ["scopes"],
  queryFn: async ({ signal }) => answer.parse(await getJson("/api/scopes", signal)).scopes,
});
