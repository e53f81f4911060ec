import { analyse, type Clause } from "@/lib/sql/statement";
import { isWord, nameOf, type Token } from "@/lib/sql/tokens";
import type { FieldTypes, Filter, Groups, Operator } from "./filter";

/** What a WHERE says in filters, or why filters can't say it, and where that stands. */
export type Reading = { ok: true; groups: Groups } | { ok: false; reason: string; start: number; end: number };

class Custom extends Error {
  readonly token: Token | undefined;

  constructor(reason: string, token: Token | undefined) {
    super(reason);
    this.token = token;
  }
}

const comparisons: Record<string, Operator> = { "=": "eq", ">": "gt", ">=": "ge", "<": "lt", "<=": "le" };

/** The filters of a statement's WHERE. */
export function readFilters(sql: string, types: FieldTypes): Reading {
  const found = analyse(sql);
  if (!found.ok) return { ok: false, reason: found.reason, start: 0, end: sql.length };
  const where = found.statement.clauses.WHERE;
  if (!where) return { ok: true, groups: [] };
  try {
    return { ok: true, groups: new Reader(where.tokens, types).groups() };
  } catch (error) {
    if (!(error instanceof Custom)) throw error;
    return { ok: false, reason: error.message, start: error.token?.start ?? where.bodyStart, end: error.token?.end ?? where.end };
  }
}

/** The statement with another condition; without a WHERE when that is empty. */
export function withCondition(sql: string, condition: string): string {
  const found = analyse(sql);
  if (!found.ok) return sql;
  const { WHERE: where, FROM: from } = found.statement.clauses;
  if (where) return condition === "" ? without(sql, where) : `${sql.slice(0, where.bodyStart)} ${condition}${sql.slice(where.end)}`;
  if (condition === "") return sql;
  const isOverLines = Object.values(found.statement.clauses).some((clause) => /\n\s*$/.test(sql.slice(0, clause.start)));
  return `${sql.slice(0, from!.end)}${isOverLines ? "\n" : " "}WHERE ${condition}${sql.slice(from!.end)}`;
}

const isWild = (part: string): boolean => part === "%" || part === "_";

const without = (sql: string, where: Clause): string => sql.slice(0, where.start).trimEnd() + sql.slice(where.end);

class Reader {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly types: FieldTypes,
  ) {}

  groups(): Groups {
    const groups = [this.group()];
    while (this.takeWord("OR")) groups.push(this.group());
    if (this.next) throw new Custom("it is more than comparisons joined by AND and OR", this.next);
    // Brackets were left out where AND binds closer than OR: that is the same.
    return groups;
  }

  private get next(): Token | undefined {
    return this.tokens[this.at];
  }

  private group(): Filter[] {
    const isBracketed = this.takeSign("(");
    const filters = [this.predicate()];
    while (this.takeWord("AND")) filters.push(this.predicate());
    if (isBracketed) {
      if (isWord(this.next, "OR")) throw new Custom("it has an OR inside of brackets", this.next);
      this.needSign(")");
      if (isWord(this.next, "AND")) throw new Custom("brackets are joined by AND", this.next);
    }
    return filters;
  }

  private predicate(): Filter {
    const start = this.next;
    if (this.takeSign("(")) throw new Custom("it has brackets inside of brackets", start);
    if (this.takeWord("NOT")) {
      if (!isWord(this.next, "ARRAY_CONTAINS")) throw new Custom("it has a NOT", start);
      return { ...this.contains(), op: "nhas" };
    }
    if (isWord(this.next, "ARRAY_CONTAINS")) return this.contains();
    if (isWord(this.next, "COALESCE")) return this.keepingEmpty();
    return this.comparison(this.field());
  }

  private contains(): Filter {
    this.at++;
    this.needSign("(");
    const field = this.field();
    this.needSign(",");
    const values = [this.literal()];
    this.needSign(")");
    return { field: field.name, op: "has", values };
  }

  /** `coalesce(F NOT IN (…), TRUE)` and the like. */
  private keepingEmpty(): Filter {
    const start = this.next;
    this.at++;
    this.needSign("(");
    const field = this.field();
    if (!this.takeWord("NOT")) throw new Custom("it calls a function", start);
    const inner = this.listOrPattern(field.name, start);
    this.needSign(",");
    if (!this.takeWord("TRUE")) throw new Custom("it calls a function", start);
    this.needSign(")");
    if (inner.op === "in") return { ...inner, op: "nin" };
    if (inner.op === "has") return { ...inner, op: "nhas" };
    throw new Custom("it calls a function", start);
  }

  private comparison(field: { name: string }): Filter {
    const sign = this.next;
    const op = sign?.kind === "sign" ? comparisons[sign.text] : undefined;
    if (op) {
      this.at++;
      return { field: field.name, op, values: [this.literal()] };
    }
    if (this.takeSign("~")) return { field: field.name, op: "re", values: [this.literal()] };
    if (sign?.text === "<>" || sign?.text === "!=") throw new Custom(`${sign.text} leaves out the rows without a value; filters write IS DISTINCT FROM`, sign);
    if (this.takeWord("IS")) return this.is(field.name);
    if (this.takeWord("BETWEEN")) {
      const first = this.literal();
      if (!this.takeWord("AND")) throw new Custom("its BETWEEN has no AND", this.next);
      return { field: field.name, op: "btw", values: [first, this.literal()] };
    }
    if (isWord(this.next, "NOT")) throw new Custom("NOT leaves out the rows without a value", this.next);
    return this.listOrPattern(field.name, sign);
  }

  private is(field: string): Filter {
    const isNot = this.takeWord("NOT");
    if (this.takeWord("NULL")) return { field, op: isNot ? "nnul" : "nul", values: [] };
    if (!isNot && this.takeWord("DISTINCT") && this.takeWord("FROM")) return { field, op: "ne", values: [this.literal()] };
    throw new Custom("it has an IS that filters do not know", this.next);
  }

  private listOrPattern(field: string, start: Token | undefined): Filter {
    if (this.takeWord("IN")) {
      this.needSign("(");
      const values = [this.literal()];
      while (this.takeSign(",")) values.push(this.literal());
      this.needSign(")");
      return { field, op: "in", values };
    }
    const isAnyCase = isWord(this.next, "ILIKE");
    if (isAnyCase || isWord(this.next, "LIKE")) {
      const token = this.next;
      this.at++;
      return this.pattern(field, isAnyCase, token);
    }
    throw new Custom("it is more than comparisons of a field with a value", start);
  }

  private pattern(field: string, isAnyCase: boolean, token: Token | undefined): Filter {
    const text = this.literal();
    const isEscaped = this.takeWord("ESCAPE");
    if (isEscaped && this.literal() !== "\\") throw new Custom("its ESCAPE is another than \\", token);
    const parts = isEscaped ? [...text.matchAll(/\\[\s\S]|[\s\S]/gu)].map((m) => m[0]) : [...text];
    const head = parts[0] === "%";
    const tail = parts.length > 1 && parts.at(-1) === "%";
    const body = parts.slice(head ? 1 : 0, tail ? -1 : undefined);
    const op: Operator | null = head && tail && isAnyCase ? "has" : isAnyCase ? null : head && !tail ? "suf" : tail && !head ? "pre" : null;
    if (op === null || body.some(isWild)) throw new Custom("its pattern is neither the beginning, the end nor a part of a text", token);
    return { field, op, values: [body.map((part) => (part.length > 1 && part.startsWith("\\") ? part.slice(1) : part)).join("")] };
  }

  private field(): { name: string; type: string } {
    const token = this.next;
    if (token?.kind !== "word" && token?.kind !== "quoted") throw new Custom("it does not begin with a field", token);
    const known = this.types(nameOf(token));
    if (!known) throw new Custom(`${nameOf(token)} is no field of the dataset`, token);
    this.at++;
    if (this.next?.text === "." || this.next?.text === "[" || this.next?.text === "(") throw new Custom("it looks into a map, or calls a function", token);
    return known;
  }

  private literal(): string {
    const token = this.next;
    const isMinus = token?.text === "-";
    const value = isMinus ? this.tokens[this.at + 1] : token;
    this.at += isMinus ? 2 : 1;
    if (value?.kind === "number") return `${isMinus ? "-" : ""}${value.text}`;
    if (!isMinus && value?.kind === "string") return value.text.slice(1, -1).replaceAll("''", "'");
    if (!isMinus && (isWord(value, "TRUE") || isWord(value, "FALSE"))) return value!.text.toLowerCase();
    throw new Custom("it compares with more than a value", token);
  }

  private takeWord(word: string): boolean {
    if (!isWord(this.next, word)) return false;
    this.at++;
    return true;
  }

  private takeSign(sign: string): boolean {
    if (this.next?.kind !== "sign" || this.next.text !== sign) return false;
    this.at++;
    return true;
  }

  private needSign(sign: string): void {
    if (!this.takeSign(sign)) throw new Custom("it is more than comparisons of a field with a value", this.next);
  }
}
