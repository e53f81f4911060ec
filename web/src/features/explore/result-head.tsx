import { useRef, useState, type DragEvent, type PointerEvent } from "react";
import { ArrowDownIcon, ArrowUpIcon, XIcon } from "@phosphor-icons/react";
import type { ResultSet } from "@/lib/result-set";
import type { Order } from "@/lib/sql/edit";
import { cellOf } from "./cells";
import { columnTemplate, isRightAligned, maxWidth, minWidth, type ViewColumn } from "./columns";

interface Props {
  set: ResultSet;
  columns: readonly ViewColumn[];
  sort: Order | null;
  timeTitle: string;
  onColumns: (columns: readonly ViewColumn[]) => void;
  onSort: (column: ViewColumn) => void;
}

const dragType = "text/varve-column";

export function ResultHead({ set, columns, sort, timeTitle, onColumns, onSort }: Props) {
  const [over, setOver] = useState<number | null>(null);
  const move = (from: number, to: number) => {
    const rest = columns.toSpliced(from, 1);
    onColumns(rest.toSpliced(to, 0, columns[from]!));
  };
  const drop = (e: DragEvent, to: number) => {
    setOver(null);
    const from = Number(e.dataTransfer.getData(dragType) || NaN);
    if (Number.isInteger(from) && from !== to && columns[from]) move(from, to);
  };
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid h-7 items-center border-b border-kumo-line bg-kumo-base font-sans text-xs font-medium text-kumo-subtle"
      style={{ gridTemplateColumns: "3px var(--v-cols)" }}
    >
      <span className="sticky left-0 z-2 h-full w-[3px] bg-kumo-base" />
      {columns.map((column, k) => {
        const direction = sort?.field.toLowerCase() === column.name.toLowerCase() ? (sort.descending ? "descending" : "ascending") : "none";
        const title = column.kind === "time" ? timeTitle : column.title;
        return (
          // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the button inside takes the focus
          <div
            key={column.name}
            role="columnheader"
            aria-sort={direction}
            title={column.name}
            draggable={column.kind !== "time"}
            onDragStart={(e) => e.dataTransfer.setData(dragType, String(k))}
            onDragOver={(e) => {
              if (!e.dataTransfer.types.includes(dragType) || column.kind === "time") return;
              e.preventDefault();
              setOver(k);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(e) => drop(e, k)}
            className={`group relative flex h-full min-w-0 items-center hover:bg-kumo-tint ${k === 0 ? "sticky! left-[3px] z-2 bg-kumo-base" : ""} ${over === k ? "bg-kumo-tint shadow-[inset_2px_0_0_var(--color-kumo-brand)]" : ""}`}
          >
            <button
              type="button"
              className={`flex h-full min-w-0 flex-1 items-center gap-1 px-2 hover:text-kumo-default ${isRightAligned(column.kind) ? "justify-end" : ""}`}
              onClick={() => onSort(column)}
            >
              <span className="num truncate">{title}</span>
              {direction === "descending" && <ArrowDownIcon size={11} className="shrink-0" aria-hidden="true" />}
              {direction === "ascending" && <ArrowUpIcon size={11} className="shrink-0" aria-hidden="true" />}
            </button>
            {columns.length > 1 && (
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Remove column ${column.title}`}
                className="absolute right-[5px] hidden size-5 place-items-center rounded bg-kumo-tint group-hover:grid hover:text-kumo-default"
                onClick={() => onColumns(columns.toSpliced(k, 1))}
              >
                <XIcon size={11} />
              </button>
            )}
            <ResizeEdge columns={columns} index={k} fit={() => fitWidth(set, column, title)} onColumns={onColumns} />
          </div>
        );
      })}
    </div>
  );
}

/** Wide enough for what is loaded, as far as that is sensible. The mono font makes width a matter of counting. */
function fitWidth(set: ResultSet, column: ViewColumn, title: string): number {
  const values = set.data[column.index] ?? [];
  let longest = 0;
  for (let row = 0; row < Math.min(set.count, 5000); row++) longest = Math.max(longest, cellOf(column.kind, values[row], false)[0].length);
  const marks = column.kind === "attack" || column.kind === "bot" ? 26 : column.kind === "action" ? 20 : 0;
  return Math.min(900, Math.max(minWidth, Math.ceil(longest * 7.22) + 18 + marks, title.length * 7 + 30));
}

interface EdgeProps {
  columns: readonly ViewColumn[];
  index: number;
  fit: () => number;
  onColumns: (columns: readonly ViewColumn[]) => void;
}

function ResizeEdge({ columns, index, fit, onColumns }: EdgeProps) {
  const drag = useRef<{ x: number; width: number; host: HTMLElement } | null>(null);
  const withWidth = (width: number) => columns.with(index, { ...columns[index]!, width: Math.round(width) });
  const widthAt = (e: PointerEvent) => {
    const { x, width } = drag.current!;
    return Math.min(maxWidth, Math.max(minWidth, width + e.clientX - x));
  };
  const down = (e: PointerEvent<HTMLElement>) => {
    const host = e.currentTarget.closest<HTMLElement>("[data-scroller]");
    if (!host) return;
    e.preventDefault();
    e.stopPropagation();
    e.currentTarget.setPointerCapture(e.pointerId);
    drag.current = { x: e.clientX, width: e.currentTarget.parentElement?.offsetWidth ?? columns[index]!.width, host };
  };
  // While the edge is dragged only a custom property changes, so no row renders again.
  const move = (e: PointerEvent) => drag.current?.host.style.setProperty("--v-cols", columnTemplate(withWidth(widthAt(e))));
  const up = (e: PointerEvent) => {
    if (!drag.current) return;
    const moved = Math.abs(e.clientX - drag.current.x) > 1;
    const width = widthAt(e);
    drag.current = null;
    if (moved) onColumns(withWidth(width));
  };
  return (
    <span
      aria-hidden="true"
      className="absolute top-1 -right-px z-1 h-5 w-[6px] cursor-col-resize touch-none border-r border-kumo-line hover:border-r-2 hover:border-kumo-brand"
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onDoubleClick={() => onColumns(withWidth(fit()))}
    />
  );
}
