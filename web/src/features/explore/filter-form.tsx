import { useState, type FormEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import type { Field } from "@/api/datasets";
import { fieldValuesQuery, type ValuesSubject } from "@/api/field-values";
import { operatorsOf, operatorWord, problemOf, valuesOf, type Filter, type Operator } from "@/lib/filters/filter";
import { compact } from "@/lib/format";

interface Props {
  fields: readonly Field[];
  subject: ValuesSubject;
  initial: Filter | undefined;
  /** True when filters were made of what is pasted in place of a field's name. */
  onPaste: (text: string) => boolean;
  onApply: (filter: Filter) => void;
}

const box = "rounded border border-kumo-line bg-kumo-base px-2 py-1 text-xs outline-none! placeholder:text-kumo-subtle focus:border-kumo-brand";

const counted = new Set(["string", "int", "float", "bool"]);

/** Which field, how, with what: first the field is found, then the rest is asked as its type needs it. */
export function FilterForm({ fields, subject, initial, onPaste, onApply }: Props) {
  const [field, setField] = useState<Field | null>(() => fields.find((f) => f.name === initial?.field) ?? null);
  return field === null ? (
    <FieldList fields={fields} onChoose={setField} onPaste={onPaste} />
  ) : (
    <ConditionForm key={field.name} field={field} subject={subject} initial={initial?.field === field.name ? initial : undefined} onBack={() => setField(null)} onApply={onApply} />
  );
}

function FieldList({ fields, onChoose, onPaste }: { fields: readonly Field[]; onChoose: (field: Field) => void; onPaste: Props["onPaste"] }) {
  const [find, setFind] = useState("");
  const wanted = find.trim().toLowerCase();
  const shown = fields
    .filter((f) => f.name.toLowerCase().includes(wanted))
    .toSorted((a, b) => Number(b.name.toLowerCase().startsWith(wanted)) - Number(a.name.toLowerCase().startsWith(wanted)) || Number(Boolean(a.deprecated)) - Number(Boolean(b.deprecated)));
  return (
    <>
      <input
        type="search" aria-label="Find a field" placeholder={`Find in ${fields.length} fields, or paste a value`} value={find} onChange={(e) => setFind(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter" && shown[0]) onChoose(shown[0]);
        }}
        onPaste={(e) => {
          if (onPaste(e.clipboardData.getData("text/plain"))) e.preventDefault();
        }}
        className="h-9 w-full border-b border-kumo-hairline bg-transparent px-3 text-xs outline-none! placeholder:text-kumo-subtle"
      />
      <ul aria-label="Fields" className="max-h-[320px] overflow-y-auto p-1">
        {shown.map((f) => (
          <li key={f.name}>
            <button type="button" title={f.description ?? undefined} className="flex min-h-6 w-full items-center gap-2 rounded px-2 py-0.5 text-left text-xs hover:bg-kumo-tint" onClick={() => onChoose(f)}>
              <span className={`min-w-0 flex-1 truncate ${f.deprecated ? "text-kumo-subtle italic" : ""}`}>{f.name}</span>
              <span className="text-2xs text-kumo-subtle">{f.type}</span>
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="px-2 py-2 text-xs text-kumo-subtle">No field has that name.</li>}
      </ul>
    </>
  );
}

interface ConditionProps {
  field: Field;
  subject: ValuesSubject;
  initial: Filter | undefined;
  onBack: () => void;
  onApply: (filter: Filter) => void;
}

function ConditionForm({ field, subject, initial, onBack, onApply }: ConditionProps) {
  const operators = operatorsOf(field.type);
  const [op, setOp] = useState<Operator>(initial?.op ?? operators[0]!);
  const [values, setValues] = useState<readonly string[]>(initial?.values.length ? initial.values : [""]);
  const [isTried, setTried] = useState(false);
  const kind = valuesOf(op);
  const used = kind === "none" ? [] : kind === "two" ? [values[0] ?? "", values[1] ?? ""] : kind === "one" ? [values[0] ?? ""] : values.filter((v) => v !== "");
  const filter: Filter = { field: field.name, op, values: used };
  const problem = problemOf(filter, field.type);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (problem === null) onApply(filter);
  };
  const take = (value: string) => (kind === "many" ? setValues([...used.filter((v) => v !== value), value]) : setValues([value]));
  return (
    <form className="flex flex-col gap-2 p-3" onSubmit={submit}>
      <div className="flex items-center gap-2">
        <button type="button" title="Choose another field" className="min-w-0 truncate rounded px-1 text-xs font-medium hover:bg-kumo-tint" onClick={onBack}>
          {field.name}
        </button>
        <select aria-label="Operator" value={op} onChange={(e) => setOp(e.target.value as Operator)} className={`${box} ml-auto`}>
          {operators.map((each) => (
            <option key={each} value={each}>
              {operatorWord(each)}
            </option>
          ))}
        </select>
      </div>
      {kind === "many" && (
        <textarea
          aria-label="Values, one a line" rows={Math.min(6, values.length + 1)} value={values.join("\n")} onChange={(e) => setValues(e.target.value.split("\n"))} className={`${box} w-full font-mono`}
        />
      )}
      {kind === "one" && <input aria-label="Value" value={values[0] ?? ""} onChange={(e) => setValues([e.target.value])} className={`${box} w-full font-mono`} />}
      {kind === "two" && (
        <div className="flex items-center gap-2 text-xs text-kumo-subtle">
          <input aria-label="From" value={values[0] ?? ""} onChange={(e) => setValues([e.target.value, values[1] ?? ""])} className={`${box} w-full font-mono`} />
          and
          <input aria-label="To" value={values[1] ?? ""} onChange={(e) => setValues([values[0] ?? "", e.target.value])} className={`${box} w-full font-mono`} />
        </div>
      )}
      {kind !== "none" && kind !== "two" && counted.has(field.type) && <Suggestions field={field.name} subject={subject} prefix={kind === "one" && op === "eq" && field.type === "string" ? (values[0] ?? "") : ""} onTake={take} />}
      {isTried && problem && (
        <p role="alert" className="text-xs text-v-bad">
          {problem}
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" size="xs" variant="primary">
          Apply
        </Button>
      </div>
    </form>
  );
}

/** The most frequent values of the range, with how often they are there. */
function Suggestions({ field, subject, prefix, onTake }: { field: string; subject: ValuesSubject; prefix: string; onTake: (value: string) => void }) {
  const { data } = useQuery({ ...fieldValuesQuery(subject, field, prefix), placeholderData: (old) => old });
  if (!data || data.values.length === 0) return null;
  return (
    <ul aria-label="Frequent values" className="max-h-[180px] overflow-y-auto">
      {data.values.map(
        ({ value, count }) =>
          typeof value === "string" && (
            <li key={value}>
              <button type="button" className="flex w-full items-center gap-2 rounded px-2 py-0.5 text-left text-xs hover:bg-kumo-tint" onClick={() => onTake(value)}>
                <span className="min-w-0 flex-1 truncate font-mono">{value === "" ? "''" : value}</span>
                <span className="num text-2xs text-kumo-subtle">{compact(count)}</span>
              </button>
            </li>
          ),
      )}
    </ul>
  );
}
