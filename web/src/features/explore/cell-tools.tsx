import { ArrowsOutSimpleIcon, FunnelIcon, FunnelXIcon } from "@phosphor-icons/react";
import type { ResultSet } from "@/lib/result-set";
import { elementPredicate, predicateOf } from "@/lib/sql/edit";
import { shapeOf } from "@/lib/value-shape";
import { IconButton } from "@/ui/icon-button";

/** A cell under the pointer: where it is drawn and whose value it shows. */
export interface HotCell {
  index: number;
  row: number;
  column: number;
  left: number;
  top: number;
}

/** The conditions that keep only, or leave out, the rows with a value. Null for values no condition can name. */
export function predicatesOf(field: string, type: string, value: unknown): { only: string; hide: string } | null {
  if (Array.isArray(value) && value.length !== 1) return null;
  const write = (exclude: boolean) => (Array.isArray(value) ? elementPredicate(field, value[0], exclude) : predicateOf(field, type, value, exclude));
  const only = write(false);
  const hide = write(true);
  return only && hide ? { only, hide } : null;
}

/** How far left of the cell's right edge the tools start: inside a wide cell, beside a narrow one so that its value stays in view. */
export const toolsInset = (cellWidth: number): number => (cellWidth < 112 ? 5 : 54);

interface Props {
  set: ResultSet;
  cell: HotCell;
  /** Null when the statement can't be edited. */
  onFilter: ((predicate: string) => void) | null;
  /** Shows the whole value beside an element. */
  onShow: ((anchor: HTMLElement) => void) | undefined;
}

/** Filter and exclude beside the cell under the pointer. It lies over the grid, since a cell is text and nothing else. */
export function CellTools({ set, cell, onFilter, onShow }: Props) {
  const column = set.columns[cell.column];
  const value = set.data[cell.column]?.[cell.row];
  const found = onFilter && column?.field ? predicatesOf(column.field, column.type, value) : null;
  const show = shapeOf(value) === null ? undefined : onShow;
  if (!found && !show) return null;
  return (
    <div className="absolute z-5 flex rounded border border-kumo-line bg-kumo-base shadow-sm" style={{ top: cell.top, left: cell.left - (found && show ? 24 : 0) }}>
      {show && <IconButton label="Show the whole value" icon={ArrowsOutSimpleIcon} onClick={(e) => show(e.currentTarget)} />}
      {found && <IconButton label="Only this value" hint={found.only} icon={FunnelIcon} onClick={() => onFilter?.(found.only)} />}
      {found && <IconButton label="Hide this value" hint={found.hide} icon={FunnelXIcon} onClick={() => onFilter?.(found.hide)} />}
    </div>
  );
}
