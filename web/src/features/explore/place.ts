import type { Dataset, DatasetSummary } from "@/api/datasets";
import type { QueryRequest } from "@/api/run-query";
import { rfc3339 } from "@/lib/clock";
import { withCondition } from "@/lib/filters/read";
import { formatAddress, type ExploreSearch } from "@/lib/search-params";
import { predicateOf } from "@/lib/sql/edit";
import { isAllTime, type TimeRange } from "@/lib/time-range";
import { textOf } from "./cells";
import { defaultSql } from "./sample-queries";

/** Where a record was found, and over which time its page looks. */
export interface Place {
  account: string;
  zone: string | undefined;
  /** The scope as the address writes it. */
  scope: string | undefined;
  range: TimeRange;
}

/** The place of the rows that a query brought. */
export const placeOf = (request: QueryRequest | null, scope: string | undefined, range: TimeRange): Place => ({ account: request?.account ?? "", zone: request?.zone, scope, range });

type Named = Pick<DatasetSummary, "name" | "timestampField">;

/** The statement a dataset opens with, narrowed by a condition. */
export const narrowedSql = (dataset: Named, condition: string | null): string => (condition === null ? defaultSql(dataset) : withCondition(defaultSql(dataset), condition));

/** The address of Log search with the rows of a dataset that meet a condition. */
export const logsSearch = (dataset: Named, condition: string | null, { scope, range }: Pick<Place, "scope" | "range">, row?: string): ExploreSearch => ({
  scope,
  ds: dataset.name,
  q: narrowedSql(dataset, condition),
  from: range.from,
  to: isAllTime(range) || range.to === "now" ? undefined : range.to,
  row,
});

const minuteMs = 60_000;

/** The address that shows a stored record again; null when it has no id or time to be found by. */
export function linkOf(record: Record<string, unknown>, dataset: Dataset | undefined, place: Pick<Place, "scope">): string | null {
  const id = dataset?.idField ? textOf(record[dataset.idField]) : "";
  const ms = Date.parse(textOf(dataset?.timestampField ? record[dataset.timestampField] : undefined));
  if (!dataset?.idField || id === "" || Number.isNaN(ms)) return null;
  const range = { from: rfc3339(ms - minuteMs), to: rfc3339(ms + minuteMs) };
  return `/logs${formatAddress({ ...logsSearch(dataset, predicateOf(dataset.idField, "string", id, false), { scope: place.scope, range }, id) })}`;
}
