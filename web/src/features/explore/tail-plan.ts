import type { Dataset } from "@/api/datasets";
import type { TailRequest } from "@/api/tail";
import type { ResultColumn } from "@/lib/result-set";
import type { Scope } from "@/lib/search-params";
import { orderOf } from "@/lib/sql/edit";
import { analyse, type Statement } from "@/lib/sql/statement";
import { nameOf } from "@/lib/sql/tokens";

/** How a statement is followed live, or why it can't be. */
export type TailPlan = { ok: true; request: TailRequest; columns: readonly ResultColumn[] } | { ok: false; reason: string };

const no = (reason: string): TailPlan => ({ ok: false, reason });

/** Live rows are records as they are stored: only a plain SELECT of fields, newest first, can be followed. */
export function tailPlan(sql: string, dataset: Dataset | undefined, scope: Scope): TailPlan {
  const found = analyse(sql);
  if (!found.ok) return no(found.reason);
  const { statement } = found;
  const { clauses } = statement;
  if (!dataset || statement.dataset.toLowerCase() !== dataset.name.toLowerCase()) return no("the fields of its dataset are not known before it is run once");
  if (clauses.FROM!.tokens.length > 1) return no("it says more than a name after FROM");
  if (statement.isAggregate || clauses.HAVING) return no("it groups its rows");
  if (clauses.OFFSET) return no("it skips rows");
  if (clauses.ORDER) {
    const order = orderOf(statement);
    if (!order?.descending || order.field.toLowerCase() !== dataset.timestampField?.toLowerCase()) return no("it does not sort by time, the newest first");
  }
  const columns = columnsOf(statement, dataset);
  if (typeof columns === "string") return no(columns);
  const where = clauses.WHERE && sql.slice(clauses.WHERE.bodyStart, clauses.WHERE.end).trim();
  const names = statement.isStar ? [] : columns.map((column) => column.name);
  return { ok: true, columns, request: { dataset: dataset.name, account: scope.account, zone: scope.zone ?? undefined, filter: where, columns: names } };
}

/** The columns that a statement selects, or why they are not just fields. */
function columnsOf(statement: Statement, dataset: Dataset): ResultColumn[] | string {
  const all = dataset.fields.map((field): ResultColumn => ({ name: field.name, type: field.type.startsWith("array") ? "array" : field.type, field: field.name }));
  if (statement.isStar) return all;
  const tokens = statement.clauses.SELECT!.tokens;
  const isList = tokens.every((token, k) => (k % 2 === 1 ? token.text === "," : token.kind === "word" || token.kind === "quoted"));
  if (!isList) return "it selects more than fields";
  const columns = new Set<ResultColumn>();
  for (const token of tokens.filter((each) => each.text !== ",")) {
    const column = all.find((each) => each.name.toLowerCase() === nameOf(token).toLowerCase());
    if (!column) return `${nameOf(token)} is no field of ${dataset.name}`;
    columns.add(column);
  }
  return [...columns];
}
