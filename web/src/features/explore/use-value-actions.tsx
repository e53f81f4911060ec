import type { ReactNode } from "react";
import { topValuesSql } from "@/lib/sql/top-values";
import { choiceOf } from "./columns";
import { CopyNotice, useCopyNotice } from "./copy-notice";
import type { Place } from "./place";
import type { CellActions } from "./use-cell-cursor";
import type { Explore } from "./use-explore";
import type { TableView } from "./use-table-view";
import { useValueMenu } from "./use-value-menu";
import { canShow, targetOf, ValueMenu, type MenuTarget } from "./value-menu";
import { ValuePopover } from "./value-popover";

interface Page {
  explore: Explore;
  view: TableView;
  place: Place;
  /** Null when the statement can't be edited; `why` says so then. */
  onFilter: ((predicate: string) => void) | null;
  why: string;
}

/** What can be done with a value of the table or the drawer, and what of that lies over the page. */
export function useValueActions({ explore, view, place, onFilter, why }: Page): { cellActions: CellActions; onMenu: (target: MenuTarget) => void; overlay: ReactNode } {
  const menu = useValueMenu();
  const whole = useValueMenu();
  const { copied, copy } = useCopyNotice();
  const { run, draft, list, commit } = explore;
  const dataset = view.dataset?.name;
  const targetAt = (...[row, column, anchor]: Parameters<CellActions["onMenu"]>): MenuTarget => ({ ...targetOf(run.result, row, column), dataset, anchor });
  const topOf = ({ field, dataset: of }: MenuTarget) => {
    const sql = field !== null && of === dataset && draft !== null ? topValuesSql(draft, field) : null;
    return sql === null ? null : () => void commit({}, sql);
  };
  const { target } = menu;
  return {
    cellActions: { onMenu: (...cell) => menu.open(targetAt(...cell)), onShow: (...cell) => whole.open(targetAt(...cell)), onCopy: copy },
    onMenu: menu.open,
    overlay: (
      <>
        {target && (
          <ValueMenu
            target={target} datasets={list} place={place} onClose={menu.close} onCopy={copy} onShow={whole.open} onFilter={target.dataset === dataset ? onFilter : null} why={why}
            onColumn={canShow(target, view.columns, run.result, dataset) ? (name) => view.choose([...choiceOf(view.columns), { name }]) : null}
            onTop={topOf(target)}
          />
        )}
        {whole.target && <ValuePopover target={whole.target} onClose={whole.close} />}
        <CopyNotice copied={copied} />
      </>
    ),
  };
}
