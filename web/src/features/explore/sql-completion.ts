import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { DatasetSummary, Field } from "@/api/datasets";
import type { ValuesSubject } from "@/api/field-values";

export interface Schema {
  datasets: readonly DatasetSummary[];
  fields: readonly Field[];
  /** Where values are looked for; null when nothing is searched yet. */
  subject: ValuesSubject | null;
}

const signatures: Record<string, string> = {
  length: "text", lower: "text", upper: "text", concat: "a, b, …", substr: "text, start, length", replace: "text, from, to", trim: "text",
  regexp_like: "text, pattern", array_contains: "array, value", abs: "x", round: "x, digits", floor: "x", ceil: "x", power: "x, y",
  random: "", date_trunc: "'hour', time", extract: "hour FROM time", now: "", to_timestamp: "x", sum: "x", count: "*", avg: "x", min: "x",
  max: "x", stddev: "x", variance: "x", corr: "x, y", approx_distinct: "x", approx_median: "x", approx_percentile_cont: "x, 0.95",
  coalesce: "a, b, …", cast: "x AS type",
};

export const functionNames: readonly string[] = Object.keys(signatures);

export const keywordNames: readonly string[] =
  "SELECT DISTINCT FROM WHERE GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET AND OR NOT IN LIKE ILIKE BETWEEN IS NULL CASE WHEN THEN ELSE END AS CAST INTERVAL TRUE FALSE JOIN ON UNION WITH".split(" ");

const phrases = ["GROUP BY", "ORDER BY", "IS NULL", "IS NOT NULL", "NOT IN", "IS DISTINCT FROM"];
const shortSections: Record<string, number> = { field: 3, dataset: 3, function: 1, keyword: 0 };

function functions(): Completion[] {
  return functionNames.map((name) => ({
    label: name,
    detail: `(${signatures[name]})`,
    type: "function",
    boost: shortSections.function,
    apply: (view, _completion, from, to) => {
      const text = `${name}()`;
      const caret = from + text.length - (signatures[name] === "" ? 0 : 1);
      view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: caret } });
    },
  }));
}

const keywords = (): Completion[] =>
  [...new Set([...keywordNames.filter((k) => !/^(GROUP|ORDER|BY|IS)$/.test(k)), ...phrases])].map((label) => ({
    label,
    type: "keyword",
    boost: shortSections.keyword,
  }));

const datasetOptions = (schema: Schema): Completion[] =>
  schema.datasets.map((d) => ({
    label: d.name,
    detail: d.table ? d.title : `${d.title}, nothing stored`,
    info: d.description ?? undefined,
    type: "class",
    boost: (shortSections.dataset ?? 0) + (d.table ? 1 : -1),
  }));

const fieldOptions = (schema: Schema): Completion[] =>
  schema.fields.map((f) => ({
    label: f.name,
    detail: f.type,
    info: [f.description, f.deprecated ? "Deprecated." : ""].filter(Boolean).join(" ") || undefined,
    type: "property",
    boost: f.deprecated ? -1 : shortSections.field,
  }));

/** Completion over the schema that `read` gives at the time of asking. */
export function completeSql(read: () => Schema) {
  return (context: CompletionContext): CompletionResult | null => {
    const schema = read();
    const line = context.state.sliceDoc(0, context.pos);
    if ((line.match(/'/g)?.length ?? 0) % 2 === 1 || /--[^\n]*$/.test(line)) return null;
    const word = context.matchBefore(/[\w$]*/);
    if (!word || (word.from === word.to && !context.explicit && !/\b(?:FROM|JOIN)\s+$/i.test(line))) return null;
    if (/^\d/.test(word.text)) return null;
    const left = context.state.sliceDoc(0, word.from);
    const isTable = /\b(?:FROM|JOIN)\s+$/i.test(left) && !/\bDISTINCT\s+FROM\s+$/i.test(left);
    const options = isTable ? datasetOptions(schema) : [...fieldOptions(schema), ...functions(), ...keywords()];
    return { from: word.from, options, validFor: /^[\w$]*$/ };
  };
}
