import { memo } from "react";
import type { ResultSet } from "@/lib/result-set";
import { cellOf } from "./cells";
import type { ViewColumn } from "./columns";
import { edgeOf, type OutcomeColumns } from "./outcome";
import { cellId } from "./use-cell-cursor";

interface Props {
  set: ResultSet;
  /** Place in the table. */
  index: number;
  /** Place in the answer. */
  row: number;
  columns: readonly ViewColumn[];
  height: number;
  outcome: OutcomeColumns;
  /** Where VerifiedBotCategory stands, or -1. */
  verified: number;
  isActive: boolean;
  /** The cell under the cursor, when that is in this row. */
  activeColumn: number | null;
}

const edgeWords = { attack: "Attack that nothing mitigated", mitigated: "Mitigated" } as const;

/** One line of the table. It renders again only when it shows another row or changes its look. */
export const ResultLine = memo(
  function ResultLine({ set, index, row, columns, height, outcome, verified, isActive, activeColumn }: Props) {
    const edge = edgeOf(set, row, outcome);
    const isVerifiedBot = Boolean(set.data[verified]?.[row]);
    return (
      <div
        role="row"
        id={`row-${index}`}
        data-row={index}
        aria-rowindex={index + 2}
        aria-selected={isActive}
        className="v-row"
        style={{ transform: `translateY(${index * height}px)` }}
      >
        <span className="v-edge" data-edge={edge ?? undefined} title={edge ? edgeWords[edge] : undefined} />
        {columns.map((column, k) => {
          const [text, look] = cellOf(column.kind, set.data[column.index]?.[row], isVerifiedBot);
          return (
            <div
              key={column.name} role="gridcell" id={k === activeColumn ? cellId(index, k) : undefined} data-field={column.name} data-active={k === activeColumn || undefined}
              className={k === 0 ? `v-pin ${look}` : look}
            >
              {text}
            </div>
          );
        })}
      </div>
    );
  },
  // The set changes with every block that arrives, but the arrays behind it stay: rows shown do not change.
  (a, b) =>
    a.set.data === b.set.data && a.index === b.index && a.row === b.row && a.columns === b.columns && a.height === b.height && a.isActive === b.isActive && a.activeColumn === b.activeColumn,
);
