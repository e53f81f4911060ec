import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Field } from "@/api/datasets";
import { readFieldValues, valuesMax, type FieldValues } from "@/api/field-values";
import { compact } from "@/lib/format";
import { datasetOf } from "@/lib/sql/statement";
import { quoteText } from "@/lib/sql/tokens";
import { valuePlaceAt, type ValuePlace } from "@/lib/sql/value-place";
import type { Schema } from "./sql-completion";

const waitMs = 200;
const counted = new Set(["string", "int", "float", "bool"]);

/** Waits, and is true when nothing was typed meanwhile. */
function settled(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), waitMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

/** How a value is written at a place: with the quotes that are still missing. */
export function valueText(value: string, type: string, place: Pick<ValuePlace, "isQuoted">, next: string, isTight: boolean): string {
  if (place.isQuoted) return quoteText(value).slice(1, next === "'" ? -1 : undefined);
  return `${isTight ? " " : ""}${type === "string" ? quoteText(value) : value}`;
}

/** The values of a field as options: the frequent ones of the range first, then those that it may have besides. */
export function valueOptions(found: FieldValues | null, field: Pick<Field, "enum" | "type">, prefix: string, write: (value: string) => string): Completion[] {
  const frequent = (found?.values ?? []).flatMap(({ value, count }) => (typeof value === "string" && value !== "" ? [{ value, detail: compact(count) }] : []));
  const known = new Set(frequent.map(({ value }) => value));
  const others = (field.enum ?? []).map(String).filter((value) => !known.has(value) && value.toLowerCase().startsWith(prefix.toLowerCase()));
  return [...frequent, ...others.map((value) => ({ value, detail: "" }))].map(({ value, detail }) => ({ label: value, detail, type: "constant", apply: write(value) }));
}

/** Completion of the value that is compared with the field left of the cursor. */
export function completeValues(read: () => Schema) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { fields, subject } = read();
    const before = context.state.sliceDoc(0, context.pos);
    const place = valuePlaceAt(before);
    if (!place || !subject || datasetOf(context.state.doc.toString())?.toLowerCase() !== subject.dataset.toLowerCase()) return null;
    const field = fields.find((each) => each.name.toLowerCase() === place.field.toLowerCase());
    if (!field || !counted.has(field.type) || (place.isQuoted && field.type !== "string")) return null;
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort(), { onDocChange: true });
    if (!(await settled(abort.signal))) return null;
    // Without an answer of the server there are still the values that the dataset names.
    const found = await readFieldValues(subject, field.name, place.prefix, abort.signal).catch(() => null);
    if (context.aborted) return null;
    const next = context.state.sliceDoc(context.pos, context.pos + 1);
    const isTight = !place.isQuoted && place.from === context.pos && /[=>,]$/.test(before);
    const options = valueOptions(found, field, place.prefix, (value) => valueText(value, field.type, place, next, isTight));
    // When all values are known the list is narrowed here; else the next letter asks again.
    const isWhole = found !== null && found.values.length < valuesMax && place.prefix === "";
    return options.length === 0 ? null : { from: place.from, options, filter: isWhole, ...(isWhole ? { validFor: /^[^']*$/ } : {}) };
  };
}
