import { filterWords, type FieldTypes, type Filter } from "@/lib/filters/filter";
import { readFilters } from "@/lib/filters/read";
import { analyse, datasetOf, type Statement } from "@/lib/sql/statement";
import { nameOf } from "@/lib/sql/tokens";

/** A title needs no types: what looks like a filter is one. */
const anyField: FieldTypes = (name) => ({ name, type: "string" });

const shownMax = 2;

/** What a tab is called until a person names it: its filters, or else its dataset. */
export function tabTitle(sql: string | null, dataset: string | null): string {
  const named = (sql === null ? null : datasetOf(sql)) ?? dataset ?? "New query";
  const found = sql === null ? null : analyse(sql);
  if (sql === null || !found?.ok) return named;
  const reading = readFilters(sql, anyField);
  const filters = reading.ok ? reading.groups.flat() : [];
  const words = filters.slice(0, shownMax).map(inWords).join(reading.ok && reading.groups.length > 1 ? " or " : ", ");
  const more = filters.length > shownMax ? ` and ${filters.length - shownMax} more` : "";
  const by = groupedBy(found.statement);
  if (by !== null) return `${named} by ${by}${words === "" ? "" : `: ${words}${more}`}`;
  return words === "" ? named : `${words}${more}`;
}

function inWords(filter: Filter): string {
  const { field, operator, value } = filterWords(filter);
  return [field, operator, value].filter((part) => part !== "").join(" ");
}

/** What a statement groups by, when that is plain names. */
function groupedBy(statement: Statement): string | null {
  const tokens = statement.clauses.GROUP?.tokens.filter((token) => token.text !== ",") ?? [];
  if (tokens.length === 0 || tokens.some((token) => token.kind !== "word" && token.kind !== "quoted")) return null;
  return tokens.map(nameOf).join(", ");
}
