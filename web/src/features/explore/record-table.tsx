import { useEffect, useMemo, useRef } from "react";
import type { Dataset } from "@/api/datasets";
import type { ResultSet } from "@/lib/result-set";
import { cellOf, textOf } from "./cells";
import { viewColumns, type CellKind, type ViewColumn } from "./columns";

const names: Record<string, readonly string[]> = {
  http_requests: ["EdgeStartTimestamp", "SecurityAction", "EdgeResponseStatus", "ClientRequestMethod", "ClientRequestPath"],
  firewall_events: ["Datetime", "Action", "Source", "Description"],
};

const columnsMax = 4;

/** The few columns that tell one record from the next. */
function compactColumns(set: ResultSet, dataset: Dataset): ViewColumn[] {
  const choice = (names[dataset.name] ?? []).map((name) => ({ name }));
  const columns = viewColumns(set, choice, { isStar: true, isInTimeOrder: true }, dataset);
  return choice.length > 0 ? columns : columns.slice(0, columnsMax);
}

const widths: Partial<Record<CellKind, string>> = { time: "w-[100px]", action: "w-[92px]", status: "w-9" };

interface Props {
  label: string;
  set: ResultSet;
  dataset: Dataset;
  /** The row of the open record; -1 when it is not among them. */
  anchor: number;
  onOpen: (row: number) => void;
}

/** A few records in few columns, each of which opens. */
export function RecordTable({ label, set, dataset, anchor, onOpen }: Props) {
  const columns = useMemo(() => compactColumns(set, dataset), [set, dataset]);
  const marked = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    const pane = marked.current?.closest("[data-pane]");
    if (!marked.current || !pane) return;
    // Not scrollIntoView: it would move the page's own panes as well.
    const [row, box] = [marked.current.getBoundingClientRect(), pane.getBoundingClientRect()];
    pane.scrollTop += row.top - box.top - (box.height - row.height) / 2;
  }, [set, anchor]);
  return (
    <table aria-label={label} className="relative w-full table-fixed text-left font-mono text-2xs">
      <colgroup>
        {columns.map((column) => (
          <col key={column.name} className={column.name === "ClientRequestMethod" ? "w-14" : widths[column.kind]} />
        ))}
      </colgroup>
      <thead className="sr-only">
        <tr>
          {columns.map((column) => (
            <th key={column.name} scope="col">
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: set.count }, (_, row) => (
          <tr
            key={row} ref={row === anchor ? marked : undefined} aria-current={row === anchor ? "true" : undefined} onClick={() => onOpen(row)}
            className={`h-6 cursor-pointer ${row === anchor ? "bg-v-row shadow-[inset_3px_0_0_var(--color-kumo-brand)]" : "hover:bg-kumo-tint"}`}
          >
            {columns.map((column, k) => {
              const value = set.data[column.index]?.[row];
              const [text, look] = cellOf(column.kind, value, false);
              return (
                <td key={column.name} title={textOf(value)} className={`truncate ${k === 0 ? "pl-3" : "pl-2"} last:pr-3`}>
                  {k === 0 ? (
                    <button
                      type="button" className="num min-h-6 text-kumo-subtle hover:underline" title={textOf(value)}
                      onClick={(e) => {
                        e.stopPropagation();
                        onOpen(row);
                      }}
                    >
                      <span className="sr-only">{row === anchor ? "The open record, " : "Open the record of "}</span>
                      {text}
                    </button>
                  ) : (
                    <span className={look.startsWith("v-act") ? look : ""}>{text}</span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
