import { useCallback, useEffect, useMemo, useState } from "react";
import type { Dataset } from "@/api/datasets";
import { copyText } from "@/lib/copy";
import { emptyResult, recordAt, sortedRows } from "@/lib/result-set";
import { orderOf, setOrder, type Order } from "@/lib/sql/edit";
import { analyse } from "@/lib/sql/statement";
import { formatColumns, parseColumns, viewColumns, type ColumnChoice, type ViewColumn } from "./columns";
import { isRunning } from "./query-run";
import { findRow, rowId } from "./record-id";
import type { Explore } from "./use-explore";

const noColumns: readonly ViewColumn[] = [];

/** What the table and the drawer show of a run: columns, order of rows, the row under the cursor and the open one. */
export function useTableView(explore: Explore) {
  const { run, search, cols, show, showColumns, commit, draft, dataset: chosen } = explore;
  const { result, answered } = run;
  const dataset = useDatasetOf(chosen, run.dataset);
  const idField = dataset?.idField;

  const statement = useMemo(() => (answered ? analyse(answered.sql) : null), [answered]);
  const isStar = statement?.ok === true && statement.statement.isStar;
  const data = result?.data;
  const [localSort, setLocalSort] = useState<(Order & { data: unknown }) | null>(null);
  const local = localSort?.data === data ? localSort : null;
  const order = useMemo(() => (result && local ? sortedRows(result, local.field, local.descending) : null), [result, local]);
  const sort = local ?? (statement?.ok ? orderOf(statement.statement) : null);
  const isInTimeOrder = sort !== null && sort.field.toLowerCase() === dataset?.timestampField?.toLowerCase();

  const header = result?.columns;
  const columns = useMemo(
    () => (header ? viewColumns(emptyResult(header), parseColumns(cols), { isStar, isInTimeOrder }, dataset) : noColumns),
    [header, cols, isStar, isInTimeOrder, dataset],
  );

  const [cursor, setCursor] = useState<number | null>(null);
  useEffect(() => setCursor(null), [data]);
  const openRow = useMemo(() => (search.row && result ? findRow(result, search.row, idField) : -1), [search.row, result, idField]);
  const openIndex = openRow < 0 ? null : order ? order.indexOf(openRow) : openRow;
  const active = openIndex ?? cursor;
  const rowAt = useCallback((index: number) => order?.[index] ?? index, [order]);

  const open = useCallback(
    (index: number) => {
      setCursor(index);
      if (result) show({ row: rowId(result, rowAt(index), idField) }, true);
    },
    [result, rowAt, idField, show],
  );
  const close = useCallback(() => {
    setCursor(openIndex);
    show({ row: undefined }, true);
  }, [openIndex, show]);
  const moveTo = useCallback((index: number) => (openIndex === null ? setCursor(index) : open(index)), [openIndex, open]);
  const copy = useCallback(
    (index: number) => {
      if (result) void copyText(JSON.stringify(recordAt(result, rowAt(index)), null, 2));
    },
    [result, rowAt],
  );

  const sortBy = (column: ViewColumn) => {
    const descending = sort?.field.toLowerCase() === column.name.toLowerCase() ? !sort.descending : column.kind !== "text";
    const edit = draft === null ? null : setOrder(draft, { field: column.name, descending });
    if (edit?.ok && column.index >= 0) void commit({}, edit.sql);
    else if (data) setLocalSort({ field: column.name, descending, data });
  };
  const sortNote = local && result ? `Sorted among the ${result.count} rows loaded; the statement is unchanged.` : null;

  const choose = (choice: readonly ColumnChoice[] | null) => showColumns(choice === null ? undefined : formatColumns(choice));

  return {
    dataset, columns, order, sort, sortNote, active, openIndex, openRow, isMissing: Boolean(search.row) && openRow < 0 && result !== null && !isRunning(run),
    rowAt, open, close, moveTo, copy, sortBy, choose,
  };
}

export type TableView = ReturnType<typeof useTableView>;

/** The dataset the rows came from: during a change of dataset the old rows must not be read with the new one's fields. */
function useDatasetOf(chosen: Dataset | undefined, name: string | null): Dataset | undefined {
  const [last, setLast] = useState(chosen);
  useEffect(() => {
    if (chosen) setLast(chosen);
  }, [chosen]);
  if (name === null || chosen?.name === name) return chosen;
  return last?.name === name ? last : undefined;
}

