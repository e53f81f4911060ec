import { useEffect, useMemo, useState, type ReactNode } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { InfoIcon } from "@phosphor-icons/react";
import type { Field } from "@/api/datasets";
import { int, plural } from "@/lib/format";
import type { ResultSet } from "@/lib/result-set";
import type { Order } from "@/lib/sql/edit";
import { Strip } from "@/ui/strip";
import { ColumnChooser } from "./column-chooser";
import { choiceOf, type ColumnChoice, type ViewColumn } from "./columns";
import { DensityMenu } from "./density-menu";
import { countEdges } from "./outcome";
import { isRunning, type RunState } from "./query-run";
import { NoLiveRow } from "./live-strip";
import { EmptyAnswer, Message, ProblemStrip, Skeleton } from "./result-states";
import { ResultTable } from "./result-table";
import type { CellActions } from "./use-cell-cursor";

interface Props {
  run: RunState;
  columns: readonly ViewColumn[];
  fields: readonly Field[];
  order: Uint32Array | null;
  sort: Order | null;
  sortNote: string | null;
  isChanged: boolean;
  active: number | null;
  isChooserOpen: boolean;
  emptyActions?: ReactNode;
  onChooserOpen: (open: boolean) => void;
  onActive: (row: number) => void;
  onOpen: (row: number) => void;
  onCopy: (row: number) => void;
  onChoice: (choice: readonly ColumnChoice[] | null) => void;
  onSort: (column: ViewColumn) => void;
  onApply: (sql: string) => void;
  onFilter: ((predicate: string) => void) | null;
  /** What can be done with a single value. */
  cellActions?: CellActions | undefined;
}

export function ResultsPane(props: Props) {
  const { run, columns, fields, order, sort, sortNote, isChanged, active, onApply, onChoice } = props;
  const { result } = run;
  const isOld = result !== null && run.answered !== run.request;
  const isDimmed = isOld && (run.phase === "failed" || isRunning(run));
  const isSlow = useAfter(150, isRunning(run));
  return (
    <section aria-label="Answer" aria-busy={isRunning(run)} className="relative flex min-w-0 flex-1 flex-col bg-kumo-base">
      {isRunning(run) && isSlow && <div className="v-progress absolute inset-x-0 top-0 z-20" aria-hidden="true" />}
      {run.phase === "failed" && run.problem && <ProblemStrip problem={run.problem} sql={run.request?.sql ?? ""} onApply={onApply} />}
      {run.phase === "partial" && <Strip kind="warn">{partialWords(run)}</Strip>}
      {run.phase === "cancelled" && <Strip kind="warn">Cancelled: {plural(isOld ? 0 : (result?.count ?? 0), "row")} had come. Run again for the whole answer.</Strip>}
      {run.phase === "done" && run.done?.truncated && (
        <Strip kind="warn">First {int(run.done.rows)} rows: an answer stops there. Narrow the time range or add a condition to see the rest.</Strip>
      )}
      {result && result.columns.length > 0 && result.count > 0 ? (
        <div className={`flex min-h-0 flex-1 flex-col ${isDimmed ? "opacity-40" : ""}`}>
          <ResultBar set={result} note={isChanged && !isRunning(run) ? "Query changed, not run: Ctrl Enter runs it" : sortNote}>
            <DensityMenu />
            <ColumnChooser set={result} fields={fields} choice={choiceOf(columns)} open={props.isChooserOpen} onOpenChange={props.onChooserOpen} onChange={onChoice} />
          </ResultBar>
          <ResultTable
            set={result} order={order} columns={columns} sort={sort} active={active} onActive={props.onActive} onOpen={props.onOpen} onCopy={props.onCopy}
            onColumns={(next) => onChoice(choiceOf(next))} onSort={props.onSort} onFilter={isOld ? null : props.onFilter} cellActions={isOld ? undefined : props.cellActions}
          />
        </div>
      ) : (
        <NoRows run={run} isSlow={isSlow} actions={props.emptyActions} />
      )}
    </section>
  );
}

function NoRows({ run, isSlow, actions }: { run: RunState; isSlow: boolean; actions: ReactNode }) {
  if (isRunning(run) || run.phase === "idle") return isSlow || run.phase === "idle" ? <Skeleton /> : <div className="flex-1" />;
  if (run.phase === "done") return <EmptyAnswer run={run} actions={actions} />;
  if (run.phase === "live") return <NoLiveRow />;
  if (run.phase !== "failed") return <div className="flex-1" />;
  return (
    <Message title="The query brought no answer">
      <p>What the server objects to stands above. Change the statement, then run it with Ctrl Enter.</p>
    </Message>
  );
}

function ResultBar({ set, note, children }: { set: ResultSet; note: string | null; children: ReactNode }) {
  const edges = useMemo(() => countEdges(set), [set]);
  return (
    <div className="flex h-8 shrink-0 items-center gap-4 border-b border-kumo-hairline px-3 text-xs text-kumo-subtle">
      <span>
        <b className="num font-semibold text-kumo-default">{int(set.count)}</b> {set.count === 1 ? "row" : "rows"}
      </span>
      {edges.attack > 0 && <Legend colour="bg-v-attack" label="Attack let through" count={edges.attack} />}
      {edges.mitigated > 0 && <Legend colour="bg-v-mitigated" label="Mitigated" count={edges.mitigated} />}
      {note && (
        <span className="flex min-w-0 items-center gap-1.5 truncate rounded bg-v-info-tint px-1.5 py-0.5 text-kumo-default">
          <InfoIcon size={13} weight="fill" className="shrink-0 text-kumo-brand" aria-hidden="true" />
          {note}
        </span>
      )}
      <span className="ml-auto" />
      {children}
    </div>
  );
}

const Legend = ({ colour, label, count }: { colour: string; label: string; count: number }) => (
  <span className="flex items-center gap-1.5 whitespace-nowrap">
    <i className={`size-2 rounded-xs ${colour}`} />
    {label}
    <span className="num text-kumo-default">{int(count)}</span>
  </span>
);

function partialWords(run: RunState): string {
  const files = run.done ? ` ${int(run.done.coverage.filesRead)} of ${plural(run.done.coverage.filesTotal, "file")} read.` : "";
  return `Partial: ${plural(run.result?.count ?? 0, "row")} came before it stopped.${files} ${run.problem?.message ?? ""}`.trim();
}

/** True once a state has held for a while, so that what is quick does not flicker. */
function useAfter(ms: number, holds: boolean): boolean {
  const [reached, setReached] = useState(false);
  useEffect(() => {
    if (!holds) return undefined;
    const timer = setTimeout(() => setReached(true), ms);
    return () => {
      clearTimeout(timer);
      setReached(false);
    };
  }, [ms, holds]);
  return holds && reached;
}

export function AllTimeButton({ onClick }: { onClick: () => void }) {
  return (
    <Button size="sm" variant="secondary" onClick={onClick}>
      Look in all time
    </Button>
  );
}
