import { isWord, nameOf, tokenize, type Token } from "./tokens";

/** A place of a statement where a value is being written. */
export interface ValuePlace {
  /** The field that it is compared with, as it is written. */
  field: string;
  /** What stands of the value so far. */
  prefix: string;
  /** Where that begins: behind the quote when there is one. */
  from: number;
  isQuoted: boolean;
}

const isName = (token: Token | undefined): boolean => token?.kind === "word" || token?.kind === "quoted";
const isLiteral = (token: Token | undefined): boolean => token?.kind === "string" || token?.kind === "number";
const isOpen = (token: Token | undefined): boolean => token?.kind === "string" && (token.text.match(/'/g)?.length ?? 0) % 2 === 1;
const notNames = new Set(["AND", "OR", "NOT", "WHERE", "IN", "LIKE", "ILIKE", "IS", "WHEN", "THEN", "ELSE", "SELECT", "BY", "HAVING", "ON"]);

/** The last place of the tokens before a value, behind the field; -1 where no value is expected. */
function fieldBefore(tokens: readonly Token[]): number {
  const at = tokens.length - 1;
  const last = tokens[at];
  if (last?.kind === "sign" && (last.text === "=" || last.text === "<>" || last.text === "!=")) return at - 1;
  const beforeNot = (k: number) => (isWord(tokens[k], "NOT") ? k - 1 : k);
  if (isWord(last, "LIKE") || isWord(last, "ILIKE")) return beforeNot(at - 1);
  if (isWord(last, "FROM") && isWord(tokens[at - 1], "DISTINCT")) {
    const is = beforeNot(at - 2);
    return isWord(tokens[is], "IS") ? is - 1 : -1;
  }
  // A list: `IN (`, `IN ('a',`.
  let k = at;
  while (tokens[k]?.text === "," && isLiteral(tokens[k - 1])) k -= 2;
  return tokens[k]?.text === "(" && isWord(tokens[k - 1], "IN") ? beforeNot(k - 2) : -1;
}

/** The value that is being written at the end of a text, and of which field; null where none is. */
export function valuePlaceAt(text: string): ValuePlace | null {
  const tokens = tokenize(text);
  const last = tokens.at(-1);
  if (!last) return null;
  const open = isOpen(last);
  if (!open && /--[^\n]*$|\/\*(?:(?!\*\/)[\s\S])*$/.test(text.slice(last.end))) return null;
  const isPart = open || (last.kind === "number" && last.end === text.length);
  const before = isPart ? tokens.slice(0, -1) : tokens;
  const field = before[fieldBefore(before)];
  if (!field || !isName(field) || (field.kind === "word" && notNames.has(field.text.toUpperCase()))) return null;
  const prefix = open ? last.text.slice(1).replaceAll("''", "'") : isPart ? last.text : "";
  const isPattern = isWord(before.at(-1), "LIKE") || isWord(before.at(-1), "ILIKE");
  if (isPattern && /[%_]/.test(prefix)) return null;
  return { field: nameOf(field), prefix, from: open ? last.start + 1 : isPart ? last.start : text.length, isQuoted: open };
}
