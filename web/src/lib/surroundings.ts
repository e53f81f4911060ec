type StoredRecord = Record<string, unknown>;

/** What came before and after an instant as one list, the oldest first. Records of just that instant are in both and stand once. */
export function inOrder({ before, after }: { before: readonly StoredRecord[]; after: readonly StoredRecord[] }, timeField: string): StoredRecord[] {
  const at = after[0]?.[timeField];
  const isShared = at !== undefined && at === before[0]?.[timeField];
  const earlier = isShared ? before.filter((record) => record[timeField] !== at) : before;
  return [...earlier.toReversed(), ...after];
}

/** Whether a stored record is the one of an answer, which may hold only some of its fields. */
export function isSame(record: StoredRecord, stored: StoredRecord): boolean {
  const shared = Object.keys(record).filter((name) => name in stored);
  return shared.length > 0 && shared.every((name) => JSON.stringify(record[name]) === JSON.stringify(stored[name]));
}

/** The list with the record that it surrounds, and where that stands: it is put in where the answer was cut before it. */
export function withAnchor(rows: readonly StoredRecord[], record: StoredRecord, timeField: string): { rows: readonly StoredRecord[]; anchor: number } {
  const found = rows.findIndex((row) => isSame(record, row));
  if (found >= 0) return { rows, anchor: found };
  const time = Date.parse(String(record[timeField]));
  const later = rows.findIndex((row) => Date.parse(String(row[timeField])) > time);
  const anchor = later < 0 ? rows.length : later;
  return { rows: rows.toSpliced(anchor, 0, record), anchor };
}

type Sides = Record<"before" | "after", readonly StoredRecord[]>;

/** The records next to one: so many on each side, and whether more were found. */
export function aroundAnchor(context: Sides, record: StoredRecord, timeField: string, wanted: Record<"before" | "after", number>) {
  const { rows, anchor } = withAnchor(inOrder(context, timeField), record, timeField);
  const first = Math.max(0, anchor - wanted.before);
  const last = Math.min(rows.length, anchor + 1 + wanted.after);
  return { rows: rows.slice(first, last), anchor: anchor - first, hasMoreBefore: first > 0, hasMoreAfter: last < rows.length };
}
