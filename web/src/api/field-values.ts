import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { call } from "./http";

const values = z.object({
  field: z.string(),
  rows: z.number(),
  values: z.array(z.object({ value: z.optional(z.nullable(z.string())), count: z.number() })),
});

export type FieldValues = z.infer<typeof values>;

/** Where values are looked for. */
export interface ValuesSubject {
  dataset: string;
  account: string;
  zone: string | undefined;
  from: string | undefined;
  to: string | undefined;
  /** Tables at the versions to read; the newest when absent. */
  asOf?: string | undefined;
}

export const valuesMax = 8;

/** The most frequent values of a field that begin with a text, in any case. */
export async function readFieldValues(subject: ValuesSubject, field: string, prefix: string, signal: AbortSignal): Promise<FieldValues> {
  const response = await call("/api/query/field-values", {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ ...subject, field, prefix: prefix === "" ? undefined : prefix, count: valuesMax }),
  });
  return values.parse(await response.json());
}

export const fieldValuesQuery = (subject: ValuesSubject, field: string, prefix: string) =>
  queryOptions({
    queryKey: ["field-values", subject, field, prefix],
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => readFieldValues(subject, field, prefix, signal),
  });
