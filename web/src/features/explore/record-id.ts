import { columnIndex, type ResultSet } from "@/lib/result-set";

/** Where the record id stands in an answer; -1 when the answer has none. */
const idColumn = (set: ResultSet, idField: string | null | undefined): number => (idField ? columnIndex(set, idField) : -1);

/** The name of a row in the address: its record id, `id~2` for the second row of that id, or `@7` where rows have no id. */
export function rowId(set: ResultSet, row: number, idField: string | null | undefined): string {
  const ids = set.data[idColumn(set, idField)];
  const id = ids?.[row];
  if (!ids || id === null || id === undefined || id === "") return `@${row + 1}`;
  let same = 1;
  for (let k = ids.indexOf(id); k >= 0 && k < row; k = ids.indexOf(id, k + 1)) same++;
  return same === 1 ? String(id) : `${String(id)}~${same}`;
}

/** The row an address names, or -1. */
export function findRow(set: ResultSet, name: string, idField: string | null | undefined): number {
  if (/^@\d+$/.test(name)) {
    const row = Number(name.slice(1)) - 1;
    return row < set.count ? row : -1;
  }
  const ids = set.data[idColumn(set, idField)];
  if (!ids) return -1;
  const [, id = name, nth = "1"] = /^(.*?)(?:~(\d+))?$/.exec(name) ?? [];
  let at = -1;
  for (let k = 0; k < Number(nth); k++) {
    at = ids.findIndex((value, row) => row > at && String(value) === id);
    if (at < 0) return -1;
  }
  return at < set.count ? at : -1;
}
