import type { Problem } from "@/api/problem";
import { indexOfByte, wordAt } from "@/lib/sql/offsets";
import type { Mark } from "./sql-editor";

/** A suggestion that can stand in the statement as it is: a name, plain or quoted. */
export const replacementOf = (suggestion: string | undefined): string | null =>
  suggestion !== undefined && /^(?:[A-Za-z_][\w.$]*|"[^"]+")(?:\(\))?$/.test(suggestion) ? suggestion.replace(/\(\)$/, "") : null;

/** The place in the statement a problem points at; null when it points at none. */
export function markOf(sql: string, problem: Problem): Mark | null {
  if (problem.position === undefined || sql === "") return null;
  const { from, to } = wordAt(sql, indexOfByte(sql, problem.position));
  return { from, to, message: problem.message, replacement: replacementOf(problem.suggestion) };
}

export const replaceMark = (sql: string, mark: Mark): string => sql.slice(0, mark.from) + (mark.replacement ?? "") + sql.slice(mark.to);
