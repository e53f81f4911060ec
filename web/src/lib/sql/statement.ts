import { isWord, nameOf, tokenize, type Token } from "./tokens";

export type ClauseName = "SELECT" | "FROM" | "WHERE" | "GROUP" | "HAVING" | "ORDER" | "LIMIT" | "OFFSET";

/** A clause with its keyword; `bodyStart` is the end of the keyword (or keywords). */
export interface Clause {
  start: number;
  bodyStart: number;
  /** Where its last token ends: spaces, comments and a final semicolon stay outside. */
  end: number;
  tokens: Token[];
}

/** One SELECT over one dataset, taken apart just far enough to be edited. */
export interface Statement {
  dataset: string;
  clauses: Partial<Record<ClauseName, Clause>>;
  isStar: boolean;
  isAggregate: boolean;
  selectText: string;
}

export type Analysis = { ok: true; statement: Statement } | { ok: false; reason: string };

const openers: readonly ClauseName[] = ["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"];
const withBy = new Set<ClauseName>(["GROUP", "ORDER"]);
const refused: Record<string, string> = {
  UNION: "it combines several SELECTs",
  INTERSECT: "it combines several SELECTs",
  EXCEPT: "it combines several SELECTs",
  JOIN: "it joins several datasets",
  WITH: "it starts with a WITH clause",
  WINDOW: "it has a WINDOW clause",
  QUALIFY: "it has a QUALIFY clause",
  FETCH: "it has a FETCH clause",
};
const aggregates = new Set(
  "SUM COUNT AVG MIN MAX STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR VAR_SAMP VAR_POP CORR APPROX_DISTINCT APPROX_MEDIAN APPROX_PERCENTILE_CONT".split(" "),
);

const no = (reason: string): Analysis => ({ ok: false, reason });

/** Takes a statement apart, or says why it is not a simple SELECT. */
export function analyse(sql: string): Analysis {
  const tokens = tokenize(sql);
  if (tokens.at(-1)?.text === ";") tokens.pop();
  if (tokens.some((t) => t.text === ";")) return no("it holds several statements");
  if (!isWord(tokens[0], "SELECT")) return no(isWord(tokens[0], "WITH") ? refused.WITH! : "it is not a SELECT");
  if (tokens.slice(1).some((t) => isWord(t, "SELECT"))) return no("it holds a SELECT inside another");
  if (tokens.at(-1)!.depth !== 0 && tokens.at(-1)!.text !== ")") return no("a bracket is not closed");

  const clauses: Partial<Record<ClauseName, Clause>> = {};
  let current: Clause | undefined;
  for (const [k, token] of tokens.entries()) {
    const word = token.kind === "word" && token.depth === 0 ? token.text.toUpperCase() : "";
    // A keyword right of a dot is a name, as in `t.limit`.
    const keyword = tokens[k - 1]?.text === "." ? "" : word;
    if (refused[keyword]) return no(refused[keyword]);
    const opener = openers.find((name) => name === keyword && (!withBy.has(name) || isWord(tokens[k + 1], "BY")));
    // `IS DISTINCT FROM` holds the word FROM without opening the clause.
    if (opener && !(opener === "FROM" && isWord(tokens[k - 1], "DISTINCT"))) {
      if (clauses[opener]) return no(`it holds ${opener} twice`);
      current = { start: token.start, bodyStart: token.end, end: token.end, tokens: [] };
      clauses[opener] = current;
    } else if (current) {
      const isBy = current.tokens.length === 0 && isWord(token, "BY");
      if (isBy) current.bodyStart = token.end;
      else current.tokens.push(token);
      current.end = token.end;
    }
  }
  return finish(sql, clauses);
}

function finish(sql: string, clauses: Partial<Record<ClauseName, Clause>>): Analysis {
  const { SELECT: select, FROM: from } = clauses;
  const name = from?.tokens[0];
  if (!select || !from || !name || (name.kind !== "word" && name.kind !== "quoted")) return no("it names no dataset");
  if (from.tokens.some((t) => t.text === ",")) return no("it reads several datasets");
  if (select.tokens.length === 0) return no("it selects nothing");
  const calls = (t: Token, k: number) => t.kind === "word" && select.tokens[k + 1]?.text === "(" && aggregates.has(t.text.toUpperCase());
  return {
    ok: true,
    statement: {
      dataset: nameOf(name),
      clauses,
      isStar: select.tokens.length === 1 && select.tokens[0]!.text === "*",
      isAggregate: clauses.GROUP !== undefined || isWord(select.tokens[0], "DISTINCT") || select.tokens.some(calls),
      selectText: sql.slice(select.bodyStart, select.end).trim(),
    },
  };
}

/** The first dataset a statement names, however involved the statement is. */
export function datasetOf(sql: string): string | null {
  const tokens = tokenize(sql);
  for (const [k, token] of tokens.entries()) {
    const next = tokens[k + 1];
    if (isWord(token, "FROM") && !isWord(tokens[k - 1], "DISTINCT") && (next?.kind === "word" || next?.kind === "quoted")) return nameOf(next);
  }
  return null;
}
