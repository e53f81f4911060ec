import { analyse, type Clause, type ClauseName, type Statement } from "./statement";
import { isWord, nameOf, quoteName, quoteText, type Token } from "./tokens";

export type Edit = { ok: true; sql: string } | { ok: false; reason: string };

/** `Field = 'v'`, or its opposite. Hiding a value keeps the rows that have none. */
export function predicateOf(field: string, type: string, value: unknown, exclude: boolean): string | null {
  const name = quoteName(field);
  if (value === null || value === undefined) return `${name} IS ${exclude ? "NOT " : ""}NULL`;
  if (typeof value === "object") return null;
  if (type.startsWith("array")) return null;
  const literal =
    typeof value === "boolean" ? (value ? "TRUE" : "FALSE")
    : (type === "int" || type === "float") && Number.isFinite(Number(value)) ? String(value)
    : quoteText(String(value));
  return exclude ? `${name} IS DISTINCT FROM ${literal}` : `${name} = ${literal}`;
}

/** `array_contains(Field, 'v')` for one element of an array. */
export function elementPredicate(field: string, value: unknown, exclude: boolean): string | null {
  if (value === null || typeof value === "object") return null;
  const literal = typeof value === "string" ? quoteText(value) : String(value);
  return `${exclude ? "NOT " : ""}array_contains(${quoteName(field)}, ${literal})`;
}

/** ANDs a predicate to the WHERE clause of a simple SELECT. */
export function addPredicate(sql: string, predicate: string): Edit {
  const found = analyse(sql);
  if (!found.ok) return found;
  const { clauses } = found.statement;
  const where = clauses.WHERE;
  if (!where) return { ok: true, sql: insertAfter(sql, clauses.FROM!.end, `WHERE ${predicate}`, clauses) };
  if (terms(sql, where).includes(predicate)) return { ok: true, sql };
  const body = sql.slice(where.bodyStart, where.end).trim();
  const kept = hasOr(where) ? `(${body})` : body;
  return { ok: true, sql: `${sql.slice(0, where.bodyStart)} ${kept} AND ${predicate}${sql.slice(where.end)}` };
}

/** The conjuncts of a WHERE clause, as written. Used to leave a statement alone that already has the predicate. */
function terms(sql: string, where: Clause): string[] {
  const out: string[] = [];
  let start = where.bodyStart;
  let between = false;
  for (const t of where.tokens) {
    if (t.depth > 0) continue;
    if (isWord(t, "BETWEEN")) between = true;
    else if (isWord(t, "AND")) {
      if (!between) {
        out.push(sql.slice(start, t.start).trim());
        start = t.end;
      }
      between = false;
    }
  }
  out.push(sql.slice(start, where.end).trim());
  return out;
}

const hasOr = (where: Clause): boolean => where.tokens.some((t) => t.depth === 0 && (isWord(t, "OR") || isWord(t, "XOR")));

/** Puts a clause behind `at`, on its own line when the statement is written over several. */
function insertAfter(sql: string, at: number, clause: string, clauses: Statement["clauses"]): string {
  const breaks = Object.values(clauses).some((c) => /\n\s*$/.test(sql.slice(0, c.start)));
  return `${sql.slice(0, at)}${breaks ? "\n" : " "}${clause}${sql.slice(at)}`;
}

/** A simple SELECT without its LIMIT and OFFSET: all rows that match. */
export function withoutLimit(sql: string): Edit {
  const found = analyse(sql);
  if (!found.ok) return found;
  const cut = [found.statement.clauses.LIMIT, found.statement.clauses.OFFSET].filter((clause) => clause !== undefined).toSorted((a, b) => b.start - a.start);
  return { ok: true, sql: cut.reduce((text, clause) => text.slice(0, clause.start).trimEnd() + text.slice(clause.end), sql) };
}

export interface Order {
  field: string;
  descending: boolean;
}

/** What a statement sorts by, when that is one plain name. */
export function orderOf(statement: Statement): Order | null {
  const tokens = statement.clauses.ORDER?.tokens ?? [];
  const [name, direction] = tokens;
  if (!name || tokens.length > 2 || (name.kind !== "word" && name.kind !== "quoted")) return null;
  if (direction && !isWord(direction, "ASC") && !isWord(direction, "DESC")) return null;
  return { field: nameOf(name), descending: isWord(direction, "DESC") };
}

const beforeOrder: readonly ClauseName[] = ["HAVING", "GROUP", "WHERE", "FROM"];

/** Makes a simple SELECT sort by one column. An aggregate may only sort by a name it selects. */
export function setOrder(sql: string, order: Order): Edit {
  const found = analyse(sql);
  if (!found.ok) return found;
  const { clauses, isAggregate } = found.statement;
  if (isAggregate && !selectsName(clauses.SELECT!.tokens, order.field)) return { ok: false, reason: "the column has no name of its own" };
  const text = `ORDER BY ${quoteName(order.field)} ${order.descending ? "DESC" : "ASC"}`;
  const old = clauses.ORDER;
  if (old) return { ok: true, sql: `${sql.slice(0, old.start)}${text}${sql.slice(old.end)}` };
  const last = beforeOrder.map((name) => clauses[name]).find((c) => c !== undefined)!;
  return { ok: true, sql: insertAfter(sql, last.end, text, clauses) };
}

function selectsName(tokens: readonly Token[], name: string): boolean {
  const same = (t: Token) => (t.kind === "word" || t.kind === "quoted") && nameOf(t).toLowerCase() === name.toLowerCase();
  return tokens.some((t, k) => t.depth === 0 && same(t) && (tokens[k + 1] === undefined || tokens[k + 1]!.text === ","));
}
