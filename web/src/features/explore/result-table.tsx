import { useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { day } from "@/lib/clock";
import { columnIndex, type ResultSet } from "@/lib/result-set";
import type { Order } from "@/lib/sql/edit";
import { CellTools, toolsInset, type HotCell } from "./cell-tools";
import { columnTemplate, type ViewColumn } from "./columns";
import { useDensity } from "./density";
import { outcomeColumns } from "./outcome";
import { ResultHead } from "./result-head";
import { ResultLine } from "./result-line";
import { slots } from "./slots";
import { cellId, useCellCursor, type CellActions } from "./use-cell-cursor";

interface Props {
  set: ResultSet;
  /** Another order of the rows than that of the answer. */
  order: Uint32Array | null;
  columns: readonly ViewColumn[];
  sort: Order | null;
  active: number | null;
  onActive: (row: number) => void;
  onOpen: (row: number) => void;
  onCopy: (row: number) => void;
  onColumns: (columns: readonly ViewColumn[]) => void;
  onSort: (column: ViewColumn) => void;
  /** Null when the statement can't be edited. */
  onFilter: ((predicate: string) => void) | null;
  cellActions?: CellActions | undefined;
}

const headHeight = 28;

export function ResultTable({ set, order, columns, sort, active, onActive, onOpen, onCopy, onColumns, onSort, onFilter, cellActions }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [{ rowHeight }] = useDensity();
  const rows = useVirtualizer({
    count: set.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: 0,
    scrollPaddingEnd: headHeight + 2,
  });
  const outcome = useMemo(() => outcomeColumns(set), [set]);
  const verified = useMemo(() => columnIndex(set, "VerifiedBotCategory"), [set]);
  const pool = Math.ceil((scroller.current?.clientHeight ?? 800) / rowHeight) + 8;
  const width = columns.reduce((sum, c) => sum + c.width, 3);
  const first = rows.range?.startIndex ?? 0;
  const rowAt = (index: number) => order?.[index] ?? index;

  const { data } = set;
  const [hot, setHot] = useState<HotCell | null>(null);
  useEffect(() => {
    setHot(null);
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [data]);
  // Other heights are other places: the row at the top stays there.
  const top = useRef(0);
  useLayoutEffect(() => {
    const at = top.current;
    rows.measure();
    if (scroller.current) scroller.current.scrollTop = at * rowHeight;
  }, [rows, rowHeight]);
  top.current = first;
  useEffect(() => {
    if (active !== null) rows.scrollToIndex(active, { align: "auto" });
  }, [active, rows]);

  const cells = useCellCursor({ set, columns, rowAt, scroller, onFilter, actions: cellActions });
  const key = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey || set.count === 0) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 600) - headHeight) / rowHeight) - 1);
    const at = active ?? -1;
    const moves: Record<string, number> = {
      j: at + 1, ArrowDown: at + 1, k: at - 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, g: 0, Home: 0, G: set.count - 1, End: set.count - 1,
    };
    const target = moves[e.key];
    if (target !== undefined) onActive(Math.min(set.count - 1, Math.max(0, target)));
    else if (e.key === "Enter" && active !== null) onOpen(active);
    else if (e.key === "y" && active !== null) onCopy(active);
    else if (active === null || !cells.key(e.key, active)) return;
    e.preventDefault();
  };

  const click = (e: MouseEvent) => {
    // The second click of two copies. The first has opened the record, and another row may be under the pointer by now.
    if (e.detail > 1) return;
    if (getSelection()?.type === "Range") return;
    const line = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-row]") : null;
    if (line) onOpen(Number(line.dataset.row));
  };

  const hover = (e: MouseEvent) => {
    const cell = e.target instanceof Element ? e.target.closest<HTMLElement>("[role=gridcell]") : null;
    const line = cell?.closest<HTMLElement>("[data-row]");
    const column = columns.find((c) => c.name === cell?.dataset.field);
    if (!cell || !line || !column) return;
    const index = Number(line.dataset.row);
    const end = (scroller.current?.scrollLeft ?? 0) + (scroller.current?.clientWidth ?? 0);
    const left = Math.min(cell.offsetLeft + cell.offsetWidth - toolsInset(cell.offsetWidth), end - toolsInset(Infinity));
    setHot({ index, row: rowAt(index), column: column.index, left, top: headHeight + index * rowHeight });
  };

  const showHot = (anchor: HTMLElement) => {
    const column = columns.find((each) => each.index === hot?.column);
    if (hot && column) cellActions?.onShow(hot.row, column, anchor);
  };

  const timeIndex = columns[0]?.kind === "time" ? columns[0].index : -1;
  const timeTitle = timeIndex >= 0 && set.count > 0 ? dayTitle(set.data[timeIndex]?.[rowAt(Math.min(first, set.count - 1))]) : "Time, UTC";
  const style = { "--v-cols": columnTemplate(columns), "--v-row-height": `${rowHeight}px`, overflowAnchor: "none" } as CSSProperties;

  return (
    <div ref={scroller} data-scroller onMouseLeave={() => setHot(null)} className="relative min-h-0 flex-1 overflow-auto font-mono text-[12px]" style={style}>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- it is focusable: tabIndex 0 */}
      <div
        role="grid"
        aria-label="Results"
        aria-rowcount={set.count + 1}
        aria-colcount={columns.length}
        aria-activedescendant={active === null ? undefined : cells.at === null ? `row-${active}` : cellId(active, cells.at)}
        tabIndex={0}
        onKeyDown={key}
        className="min-w-full outline-none!"
        style={{ width }}
      >
        <ResultHead set={set} columns={columns} sort={sort} timeTitle={timeTitle} onColumns={onColumns} onSort={onSort} />
        {/* The rows' own element: keys are handled by the grid around it. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/mouse-events-have-key-events */}
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }} onClick={click} onMouseOver={onFilter || cellActions ? hover : undefined} onContextMenu={cellActions ? cells.contextMenu : undefined} onMouseDown={cells.press}>
          {slots(first, rows.range?.endIndex ?? -1, set.count, pool).map(
            (index, slot) =>
              index >= 0 && (
                // A slot is its place in the pool, so its position is its identity.
                // oxlint-disable-next-line react/no-array-index-key
                <ResultLine key={slot} set={set} index={index} row={rowAt(index)} columns={columns} height={rowHeight} outcome={outcome} verified={verified} isActive={active === index} activeColumn={active === index ? cells.at : null} />
              ),
          )}
        </div>
      </div>
      {hot && hot.index < set.count && <CellTools set={set} cell={hot} onFilter={onFilter} onShow={cellActions && showHot} />}
    </div>
  );
}

function dayTitle(value: unknown): string {
  const ms = Date.parse(String(value));
  return Number.isNaN(ms) ? "Time, UTC" : `${day(ms)}, UTC`;
}
