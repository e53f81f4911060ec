import { useState } from "react";
import type { Dataset, Field } from "@/api/datasets";

/** What a field is good for, beside being read. */
export function uses(field: Field, dataset: Pick<Dataset, "timestampField" | "idField">): string[] {
  return [
    field.name === dataset.timestampField ? "time" : null,
    field.name === dataset.idField ? "id" : null,
    field.statistics ? "skips files" : null,
    field.rule ? `rule field ${field.rule}` : null,
    field.deprecated ? "deprecated" : null,
  ].filter((use) => use !== null);
}

/** The fields of a dataset. */
export function FieldTable({ dataset }: { dataset: Dataset }) {
  const [find, setFind] = useState("");
  const wanted = find.trim().toLowerCase();
  const shown = dataset.fields.filter((f) => `${f.name} ${f.description ?? ""} ${f.group ?? ""}`.toLowerCase().includes(wanted));
  return (
    <>
      <input
        type="search" aria-label="Find in fields" placeholder={`Find in ${dataset.fields.length} fields`} value={find} onChange={(e) => setFind(e.target.value)}
        className="mb-2 h-7 w-64 rounded border border-kumo-line bg-kumo-base px-2 text-xs outline-none! placeholder:text-kumo-subtle focus:border-kumo-brand"
      />
      <table aria-label="Fields" className="w-full border-collapse text-xs">
        <thead>
          <tr className="h-7 border-b border-kumo-line text-left text-2xs text-kumo-subtle">
            {["Field", "Type and group", "What it is, and is good for"].map((label) => (
              <th key={label} scope="col" className="px-2 font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((f) => (
            <tr key={f.name} className="border-b border-kumo-hairline align-top last:border-b-0">
              <th scope="row" className={`w-[38%] px-2 py-1 text-left font-mono font-normal break-all ${f.deprecated ? "text-kumo-subtle italic" : ""}`}>
                {f.name}
              </th>
              <td className="px-2 py-1 whitespace-nowrap text-kumo-subtle">
                {f.type}
                {f.unit && `, ${f.unit}`}
                {f.group && <span className="block text-2xs">{f.group}</span>}
              </td>
              <td className="px-2 py-1">
                {f.description}
                <span className="block text-2xs text-kumo-subtle">{uses(f, dataset).join(", ")}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="py-2 text-xs text-kumo-subtle">No field has that name.</p>}
    </>
  );
}
