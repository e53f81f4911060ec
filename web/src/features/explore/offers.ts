import { conditionOf, filterWords, type FieldTypes } from "@/lib/filters/filter";
import { readFilters, withCondition } from "@/lib/filters/read";
import { rfc3339 } from "@/lib/clock";
import { analyse } from "@/lib/sql/statement";
import type { HitsRequest } from "@/api/hits";
import type { QueryRequest } from "@/api/run-query";

/** A change that may bring rows where there are none: what it is, what it would be run with, and how to count what it would bring. */
export interface Offer {
  label: string;
  count: Omit<HitsRequest, "by">;
  /** The statement to run, when that changes. */
  sql?: string;
  /** The time range to run over, when that changes. */
  range?: { from: string; to: string };
}

const offersMax = 8;
const hour = 3_600_000;
const day = 24 * hour;

/** What to try when a statement has no row: without each of its filters, and over a wider time. */
export function offersOf(request: QueryRequest, types: FieldTypes, now: number): Offer[] {
  const found = analyse(request.sql);
  if (!found.ok || found.statement.clauses.HAVING || found.statement.clauses.OFFSET) return [];
  const { dataset, clauses } = found.statement;
  const { account, zone, from, to, asOf } = request;
  const where = clauses.WHERE && request.sql.slice(clauses.WHERE.bodyStart, clauses.WHERE.end).trim();
  const wider = widerTimes(request, now).map(({ label, range }): Offer => ({ label, range, count: { dataset, account, zone, ...range, asOf, filter: where } }));
  const others = withoutEach(request.sql, types, offersMax - wider.length).map(
    ({ label, condition }): Offer => ({
      label, sql: withCondition(request.sql, condition), count: { dataset, account, zone, from, to, asOf, filter: condition === "" ? undefined : condition },
    }),
  );
  return [...others, ...wider];
}

/** The conditions that are left without each filter, and last without any when there are several. */
function withoutEach(sql: string, types: FieldTypes, most: number): { label: string; condition: string }[] {
  const reading = readFilters(sql, types);
  if (!reading.ok) return [];
  const { groups } = reading;
  const each = groups.flatMap((group, g) =>
    group.map((filter, at) => {
      const { field, operator, value } = filterWords(filter);
      // A group that is empty now would be joined by OR and let everything in.
      const rest = group.length === 1 ? groups.toSpliced(g, 1) : groups.with(g, group.toSpliced(at, 1));
      return { label: `Without ${[field, operator, value].filter((part) => part !== "").join(" ")}`, condition: conditionOf(rest, types) };
    }),
  );
  return each.length > 1 ? [...each.slice(0, most - 1), { label: "Without any filter", condition: "" }] : each;
}

/** An hour or a day around the range, where that is wider than what was looked at, as far as now. */
function widerTimes({ from, to }: QueryRequest, now: number): { label: string; range: { from: string; to: string } }[] {
  if (from === undefined || to === undefined) return [];
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const width = end - start;
  const around = (label: string, by: number) => ({ label, range: { from: rfc3339(start - by), to: rfc3339(Math.max(end, Math.min(end + by, now))) } });
  return [...(width <= 6 * hour ? [around("With an hour around it", hour)] : []), ...(width <= 7 * day ? [around("With a day around it", day)] : [])];
}
