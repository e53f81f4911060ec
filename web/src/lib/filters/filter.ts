import { quoteName, quoteText } from "@/lib/sql/tokens";

/** What a filter asks of a field. */
export type Operator = "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "btw" | "in" | "nin" | "has" | "nhas" | "pre" | "suf" | "re" | "nul" | "nnul";

export interface Filter {
  field: string;
  op: Operator;
  /** None for `nul` and `nnul`, two for `btw`, one or more for `in` and `nin`, else one. */
  values: readonly string[];
}

/** Groups that are joined by OR; the filters of a group are joined by AND. */
export type Groups = readonly (readonly Filter[])[];

/** The type of a field by its name, in any case; with the name as the dataset writes it. */
export type FieldTypes = (name: string) => { name: string; type: string } | undefined;

const words: Record<Operator, string> = {
  eq: "is", ne: "is not", gt: ">", ge: "≥", lt: "<", le: "≤", btw: "is between", in: "is any of", nin: "is none of", has: "contains", nhas: "does not contain",
  pre: "starts with", suf: "ends with", re: "matches", nul: "is empty", nnul: "is there",
};

/** An operator in words, as a pill and a menu show it. */
export const operatorWord = (op: Operator): string => words[op];

/** True for what leaves rows out that have the value. */
export const isNegative = (op: Operator): boolean => op === "ne" || op === "nin" || op === "nhas" || op === "nul";

/** How many values an operator takes. */
export const valuesOf = (op: Operator): "none" | "one" | "two" | "many" =>
  op === "nul" || op === "nnul" ? "none" : op === "btw" ? "two" : op === "in" || op === "nin" ? "many" : "one";

const ofText: readonly Operator[] = ["eq", "ne", "in", "nin", "has", "nhas", "pre", "suf", "re", "nnul", "nul"];
const ofNumber: readonly Operator[] = ["eq", "ne", "gt", "ge", "lt", "le", "btw", "in", "nin", "nnul", "nul"];
const ofTime: readonly Operator[] = ["ge", "lt", "gt", "le", "btw", "nnul", "nul"];

/** The operators of a type, the most used first. */
export function operatorsOf(type: string): readonly Operator[] {
  if (type === "int" || type === "float") return ofNumber;
  if (type === "timestamp") return ofTime;
  if (type === "bool") return ["eq", "ne", "nnul", "nul"];
  if (type.startsWith("array")) return ["has", "nhas", "nnul", "nul"];
  return type === "string" ? ofText : ["nnul", "nul"];
}

/** Why a filter can't be used, or null. */
export function problemOf(filter: Filter, type: string): string | null {
  if (!operatorsOf(type).includes(filter.op)) return `A field of the type ${type} has no '${operatorWord(filter.op)}'.`;
  const wanted = valuesOf(filter.op);
  const count = filter.values.length;
  if (wanted === "none" ? count !== 0 : wanted === "one" ? count !== 1 : wanted === "two" ? count !== 2 : count === 0) return "A value is missing.";
  for (const value of filter.values) if (literalOf(value, type) === null) return value === "" ? "A value is missing." : `'${value}' is no value of the type ${type}.`;
  return null;
}

/** A value as SQL writes it; null when it is none of the type. */
function literalOf(value: string, type: string): string | null {
  const text = value.trim();
  if (type === "int" || type === "array<int>") return /^-?\d+$/.test(text) ? text : null;
  if (type === "float") return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text : null;
  if (type === "bool") return /^(true|false)$/i.test(text) ? text.toUpperCase() : null;
  if (type === "timestamp") return Number.isNaN(Date.parse(text)) ? null : quoteText(text);
  return quoteText(value);
}

const signs: Partial<Record<Operator, string>> = { eq: "=", gt: ">", ge: ">=", lt: "<", le: "<=" };

/** A text inside of a pattern, with what would stand for other texts escaped. */
function patternOf(before: string, value: string, after: string): string {
  const escaped = value.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return `${quoteText(`${before}${escaped}${after}`)}${escaped === value ? "" : String.raw` ESCAPE '\'`}`;
}

/** A filter as a condition. Negative ones keep the rows that have no value, as a person expects who hides one. */
export function predicateOf(filter: Filter, type: string): string {
  const name = quoteName(filter.field);
  const literals = filter.values.map((value) => literalOf(value, type) ?? quoteText(value));
  const [first = "", second = ""] = literals;
  const text = filter.values[0] ?? "";
  switch (filter.op) {
    case "ne":
      return `${name} IS DISTINCT FROM ${first}`;
    case "btw":
      return `${name} BETWEEN ${first} AND ${second}`;
    case "in":
      return `${name} IN (${literals.join(", ")})`;
    case "nin":
      return `coalesce(${name} NOT IN (${literals.join(", ")}), TRUE)`;
    case "has":
      return type.startsWith("array") ? `array_contains(${name}, ${first})` : `${name} ILIKE ${patternOf("%", text, "%")}`;
    case "nhas":
      return type.startsWith("array") ? `NOT array_contains(${name}, ${first})` : `coalesce(${name} NOT ILIKE ${patternOf("%", text, "%")}, TRUE)`;
    case "pre":
      return `${name} LIKE ${patternOf("", text, "%")}`;
    case "suf":
      return `${name} LIKE ${patternOf("%", text, "")}`;
    case "re":
      return `${name} ~ ${first}`;
    case "nul":
      return `${name} IS NULL`;
    case "nnul":
      return `${name} IS NOT NULL`;
    default:
      return `${name} ${signs[filter.op]} ${first}`;
  }
}

/** Groups as what stands after WHERE; empty when there are no filters. */
export function conditionOf(groups: Groups, types: FieldTypes): string {
  const parts = groups.filter((group) => group.length > 0).map((group) => group.map((filter) => predicateOf(filter, types(filter.field)?.type ?? "string")).join(" AND "));
  return parts.length > 1 ? parts.map((part) => `(${part})`).join(" OR ") : (parts[0] ?? "");
}

/** A filter in words, as its pill shows it. */
export function filterWords(filter: Filter): { field: string; operator: string; value: string } {
  const value = filter.op === "btw" ? filter.values.join(" and ") : filter.values.map((each) => (each === "" ? "''" : each)).join(", ");
  return { field: filter.field, operator: operatorWord(filter.op), value };
}
