export type TokenKind = "word" | "quoted" | "string" | "number" | "sign";

export interface Token {
  kind: TokenKind;
  /** The text as written. */
  text: string;
  start: number;
  end: number;
  /** How many brackets are open around it. */
  depth: number;
}

const pattern =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*'?)|(?<quoted>"(?:[^"]|"")*"?)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<sign>::|<>|!=|>=|<=|\|\||[\s\S])/gu;

/** The words, literals and signs of a statement; spaces and comments are left out. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of sql.matchAll(pattern)) {
    const groups = match.groups ?? {};
    if (groups.space !== undefined) continue;
    const kind = (["string", "quoted", "number", "word"] as const).find((k) => groups[k] !== undefined) ?? "sign";
    const text = match[0];
    if (text === ")" || text === "]") depth--;
    tokens.push({ kind, text, start: match.index, end: match.index + text.length, depth });
    if (text === "(" || text === "[") depth++;
  }
  return tokens;
}

export const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === "word" && token.text.toUpperCase() === word;

/** A name as it must be written: plain where it can be, quoted where it must be. */
export const quoteName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What a name token names. */
export const nameOf = (token: Token): string =>
  token.kind === "quoted" ? token.text.replaceAll(/^"|"$/g, "").replaceAll('""', '"') : token.text;
