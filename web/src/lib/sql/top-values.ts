import { analyse } from "./statement";
import { quoteName } from "./tokens";

/** A statement that counts the values of a field among the rows that another statement finds; null when that is no simple SELECT. */
export function topValuesSql(sql: string, field: string): string | null {
  const found = analyse(sql);
  if (!found.ok) return null;
  const { dataset, clauses } = found.statement;
  const where = clauses.WHERE ? `\nWHERE ${sql.slice(clauses.WHERE.bodyStart, clauses.WHERE.end).trim()}` : "";
  const name = quoteName(field);
  return `SELECT ${name}, COUNT(*) AS n\nFROM ${quoteName(dataset)}${where}\nGROUP BY ${name}\nORDER BY n DESC\nLIMIT 50`;
}
