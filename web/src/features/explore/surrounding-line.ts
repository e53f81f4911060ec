import type { StoredRecord } from "@/api/context";
import type { Dataset } from "@/api/datasets";
import { fieldOfKind, type EntityKind } from "@/lib/entities";
import type { ResultSet } from "@/lib/result-set";
import { predicateOf } from "@/lib/sql/edit";

export interface SameChoice {
  value: string;
  label: string;
  /** What would stand after WHERE; null for all records. */
  filter: string | null;
}

const kinds: readonly (readonly [EntityKind, label: string])[] = [["ip", "Same client"], ["host", "Same host"]];

/** All records, and those that share the client or the host with this one, where it has them. */
export function sameChoices(record: StoredRecord, dataset: Dataset): SameChoice[] {
  const narrower = kinds.flatMap(([kind, label]) => {
    const field = fieldOfKind(kind, dataset.fields);
    const value = field && record[field.name];
    const filter = !field || value === undefined || value === null || value === "" ? null : predicateOf(field.name, field.type, value, false);
    return filter === null ? [] : [{ value: kind, label, filter }];
  });
  return [{ value: "all", label: "All", filter: null }, ...narrower];
}

/** Records as an answer, with the columns that the dataset knows of first. */
export function setOfRecords(records: readonly StoredRecord[], dataset: Dataset): ResultSet {
  const types = new Map(dataset.fields.map((field) => [field.name, field.type]));
  const names = [...new Set(records.flatMap(Object.keys))];
  return {
    columns: names.map((name) => ({ name, type: types.get(name) ?? "string", field: types.has(name) ? name : null })),
    data: names.map((name) => records.map((record) => record[name] ?? null)),
    count: records.length,
  };
}
