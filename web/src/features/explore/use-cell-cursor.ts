import { useEffect, useRef, useState, type MouseEvent, type RefObject } from "react";
import { kindOfField } from "@/lib/entities";
import type { ResultSet } from "@/lib/result-set";
import { predicatesOf } from "./cell-tools";
import { textOf } from "./cells";
import type { ViewColumn } from "./columns";
import type { MenuTarget } from "./value-menu";

export const cellId = (index: number, column: number): string => `cell-${index}-${column}`;

type OnCell = (row: number, column: ViewColumn, anchor: MenuTarget["anchor"]) => void;

/** What can be done with a cell, of a row of the answer. */
export interface CellActions {
  /** Opens the menu of its value. */
  onMenu: OnCell;
  /** Shows the whole value. */
  onShow: OnCell;
  onCopy: (text: string) => void;
}

const doubleClickMs = 1000;

interface Table {
  set: ResultSet;
  columns: readonly ViewColumn[];
  /** The row of the answer at a place of the table. */
  rowAt: (index: number) => number;
  scroller: RefObject<HTMLElement | null>;
  onFilter: ((predicate: string) => void) | null;
  actions?: CellActions | undefined;
}

/** The cell that the keys act on, in the row under the cursor; and the menu of a cell. */
export function useCellCursor({ set, columns, rowAt, scroller, onFilter, actions }: Table) {
  const [chosen, setChosen] = useState<number | null>(null);
  const pressed = useRef({ text: "", at: 0 });
  const at = chosen === null || columns.length === 0 ? null : Math.min(chosen, columns.length - 1);
  // Without a cell of one's own choice the keys act on the first that stands for somebody or something.
  const natural = Math.max(0, columns.findIndex((column) => kindOfField(column.name) !== null));

  const elementOf = (index: number, column: ViewColumn) =>
    [...(scroller.current?.querySelectorAll<HTMLElement>(`[data-row="${index}"] > [role=gridcell]`) ?? [])].find((cell) => cell.dataset.field === column.name);

  const choose = (index: number, column: number) => {
    setChosen(column);
    const view = columns[column];
    const [cell, pane] = [view && elementOf(index, view), scroller.current];
    if (!cell || !pane) return;
    const pinned = column === 0 ? 0 : (columns[0]?.width ?? 0);
    if (cell.offsetLeft - pinned < pane.scrollLeft) pane.scrollLeft = cell.offsetLeft - pinned;
    else if (cell.offsetLeft + cell.offsetWidth > pane.scrollLeft + pane.clientWidth) pane.scrollLeft = cell.offsetLeft + cell.offsetWidth - pane.clientWidth;
  };

  const menu = (index: number, column: number, anchor?: MenuTarget["anchor"]): boolean => {
    const view = columns[column];
    const place = anchor ?? (view && elementOf(index, view));
    if (!view || !place || !actions) return false;
    setChosen(column);
    actions.onMenu(rowAt(index), view, place);
    return true;
  };

  const filter = (index: number, hide: boolean): boolean => {
    const column = columns[at ?? natural];
    const shown = column && set.columns[column.index];
    const found = shown?.field ? predicatesOf(shown.field, shown.type, set.data[column!.index]?.[rowAt(index)]) : null;
    if (!found || !onFilter) return false;
    onFilter(hide ? found.hide : found.only);
    return true;
  };

  /** True for a key that the row's cells take. */
  const key = (name: string, index: number): boolean => {
    if (name === "ArrowRight") choose(index, at === null ? 0 : Math.min(columns.length - 1, at + 1));
    else if (name === "ArrowLeft") choose(index, at === null ? 0 : Math.max(0, at - 1));
    else if (name === ".") return menu(index, at ?? natural);
    else if (name === "=" || name === "-") return filter(index, name === "-");
    else return false;
    return true;
  };

  const contextMenu = (e: MouseEvent) => {
    const cell = e.target instanceof Element ? e.target.closest<HTMLElement>("[role=gridcell]") : null;
    const line = cell?.closest<HTMLElement>("[data-row]");
    const column = columns.findIndex((each) => each.name === cell?.dataset.field);
    // Marked text keeps the browser's own menu, which can copy it.
    if (!line || column < 0 || getSelection()?.type === "Range") return;
    const point = DOMRect.fromRect({ x: e.clientX, y: e.clientY });
    if (menu(Number(line.dataset.row), column, { getBoundingClientRect: () => point })) e.preventDefault();
  };

  const press = (e: MouseEvent) => {
    if (e.detail !== 1) return;
    const cell = e.target instanceof Element ? e.target.closest<HTMLElement>("[role=gridcell]") : null;
    const index = Number(cell?.closest<HTMLElement>("[data-row]")?.dataset.row ?? -1);
    const column = columns.find((each) => each.name === cell?.dataset.field);
    pressed.current = { text: index >= 0 && column ? textOf(set.data[column.index]?.[rowAt(index)]) : "", at: e.timeStamp };
  };
  const onCopy = actions?.onCopy;
  useEffect(() => {
    // Of the document: the first click opens the record, which may lie over the cell at the second.
    const copy = (e: Event) => {
      const { text, at: pressedAt } = pressed.current;
      if (text === "" || e.timeStamp - pressedAt > doubleClickMs) return;
      getSelection()?.removeAllRanges();
      onCopy?.(text);
    };
    document.addEventListener("dblclick", copy);
    return () => document.removeEventListener("dblclick", copy);
  }, [onCopy]);

  return { at, key, contextMenu, press };
}
