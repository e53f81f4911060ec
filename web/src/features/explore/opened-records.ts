import { useCallback, useState } from "react";
import type { ResultSet } from "@/lib/result-set";

/** A record that was opened from another one. */
export interface OpenedRecord {
  set: ResultSet;
  row: number;
  /** The name of its dataset. */
  dataset: string;
}

const none: readonly OpenedRecord[] = [];

/** The way from a row of the table to the record that shows. Another row starts anew. */
export function useOpenedRecords(start: string) {
  const [way, setWay] = useState({ start, records: none });
  const records = way.start === start ? way.records : none;
  const open = useCallback((record: OpenedRecord) => setWay((old) => ({ start, records: [...(old.start === start ? old.records : none), record] })), [start]);
  const back = useCallback(() => setWay((old) => ({ start, records: old.start === start ? old.records.slice(0, -1) : none })), [start]);
  const move = useCallback(
    (by: 1 | -1) =>
      setWay((old) => {
        const last = old.records.at(-1);
        return last ? { ...old, records: [...old.records.slice(0, -1), { ...last, row: Math.min(last.set.count - 1, Math.max(0, last.row + by)) }] } : old;
      }),
    [],
  );
  return { records, open, back, move };
}
