/** A column of an answer. */
export interface ResultColumn {
  name: string;
  type: string;
  field?: string | null | undefined;
}

/** An answer as column arrays. Blocks are appended in place; `count` says how far a reader may look. */
export interface ResultSet {
  columns: readonly ResultColumn[];
  data: readonly unknown[][];
  count: number;
}

export const emptyResult = (columns: readonly ResultColumn[]): ResultSet => ({ columns, data: columns.map(() => []), count: 0 });

/** Appends a block and returns a set with the higher count that shares the arrays. */
export function appendBlock(set: ResultSet, block: readonly unknown[][], count: number): ResultSet {
  if (block.length !== set.columns.length) throw new Error("A block of rows has another number of columns than the answer.");
  for (const [k, values] of block.entries()) {
    const into = set.data[k]!;
    for (const value of values) into.push(value);
  }
  return { ...set, count: set.count + count };
}

export function columnIndex(set: ResultSet, name: string): number {
  const exact = set.columns.findIndex((c) => c.name === name);
  return exact >= 0 ? exact : set.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase());
}

export const valueAt = (set: ResultSet, row: number, name: string): unknown => set.data[columnIndex(set, name)]?.[row];

/** One row as an object: for the drawer and for copies, never for the table. */
export function recordAt(set: ResultSet, row: number): Record<string, unknown> {
  return Object.fromEntries(set.columns.map((c, k) => [c.name, set.data[k]![row]]));
}

const blank = (v: unknown) => v === null || v === undefined || v === "";

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [typeof a === "object" ? JSON.stringify(a) : String(a), typeof b === "object" ? JSON.stringify(b) : String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The order of the rows held by one column; rows without a value come last. */
export function sortedRows(set: ResultSet, name: string, descending: boolean): Uint32Array {
  const values = set.data[columnIndex(set, name)] ?? [];
  const order = Uint32Array.from({ length: set.count }, (_, k) => k);
  return order.toSorted((i, j) => {
    const [a, b] = [values[i], values[j]];
    if (blank(a) || blank(b)) return Number(blank(a)) - Number(blank(b)) || i - j;
    return (descending ? compare(b, a) : compare(a, b)) || i - j;
  });
}
