import { useCallback, useEffect, useMemo, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { problemOfError } from "@/api/problem";
import { ago, dayClock } from "@/lib/clock";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { dismissNotice, useNotices } from "@/lib/notices";
import { recall, remember } from "@/lib/preferences";
import { addPredicate } from "@/lib/sql/edit";
import { analyse } from "@/lib/sql/statement";
import { widenRange } from "@/lib/time-range";
import { Strip } from "@/ui/strip";
import { choiceOf } from "./columns";
import { EmptyOffers } from "./empty-offers";
import { FieldPanel } from "./field-panel";
import { FilterBar } from "./filter-bar";
import { Histogram } from "./histogram";
import { OpenRecord, prepareDrawer } from "./lazy-drawer";
import { pinnedWords } from "./pinned";
import { placeOf } from "./place";
import { isAway, LiveStrip } from "./live-strip";
import { isRunning } from "./query-run";
import { QueryBar } from "./query-bar";
import { Message } from "./result-states";
import { ResultsPane } from "./results-pane";
import { ExportStrip, useExport } from "./share-menu";
import { SqlPanel } from "./sql-panel";
import { StatusLine } from "./status-line";
import { useExplore, type Explore } from "./use-explore";
import { useTableView } from "./use-table-view";
import { useValuesSubject } from "./use-values-subject";
import { useValueActions } from "./use-value-actions";

const sqlKey = "sql-panel";
const fieldsKey = "field-panel";

export function LogSearch({ tab }: { tab: string }) {
  const explore = useExplore(tab);
  const { run, runner, draft, committed, setDraft, commit, list, dataset, search } = explore;
  const view = useTableView(explore);
  const exporting = useExport(run.request);
  const [isTimeOpen, setTimeOpen] = useState(false);
  const [isChooserOpen, setChooserOpen] = useState(false);
  const [recordTab, setRecordTab] = useState("fields");
  const [isSqlOpen, toggleSql] = usePane(sqlKey);
  const [isFieldsOpen, toggleFields] = usePane(fieldsKey);
  const subject = useValuesSubject(explore);
  const schema = useMemo(() => ({ datasets: list, fields: dataset?.fields ?? [], subject }), [list, dataset, subject]);
  const editable = useMemo(() => analyse(draft ?? ""), [draft]);
  const filter = (predicate: string) => {
    const edit = addPredicate(draft ?? "", predicate);
    if (edit.ok) void commit({}, edit.sql);
  };
  const why = editable.ok ? "This statement groups its rows" : `This statement can't be edited here: ${editable.reason}`;
  const onFilter = editable.ok && !editable.statement.isAggregate ? filter : null;

  const { range } = explore;
  const place = useMemo(() => placeOf(run.answered ?? run.request, search.scope, range), [run.answered, run.request, search.scope, range]);
  const values = useValueActions({ explore, view, place, onFilter, why });
  const { close, open, openIndex, active } = view;
  const count = run.result?.count ?? 0;
  useEffect(() => {
    if (count > 0) prepareDrawer();
  }, [count]);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.defaultPrevented || isOverlayOpen()) return;
      if (e.key === "Escape") {
        if (isRunning(run)) runner.cancel();
        else if (openIndex !== null && !isTyping(e.target)) close();
      }
      if ((e.ctrlKey || e.metaKey) && e.key === "e") {
        e.preventDefault();
        toggleSql();
      }
      if (e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target)) return;
      if (e.key === "c") setChooserOpen(true);
      else if (e.key === "t") setTimeOpen(true);
      else if (e.key === "[") toggleFields();
      else if (e.key === "Z") {
        const wider = widenRange(range, Date.now());
        if (wider !== range) void commit({ from: wider.from, to: wider.to });
      }
      else if (openIndex === null && active !== null && e.key === "s") {
        setRecordTab("surrounding");
        open(active);
      }
      else if (openIndex !== null && e.key === "j") open(Math.min(count - 1, openIndex + 1));
      else if (openIndex !== null && e.key === "k") open(Math.max(0, openIndex - 1));
      else return;
      e.preventDefault();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [run, runner, openIndex, active, open, close, count, range, commit, toggleSql, toggleFields]);

  const nothing = nothingToSearch(explore);
  if (nothing) return nothing;
  return (
    <div className="flex h-full flex-col">
      <h1 className="sr-only">Log search</h1>
      <Notices explore={explore} isMissing={view.isMissing} onForget={close} />
      <ExportStrip exporting={exporting} />
      <QueryBar explore={explore} exporting={exporting} isTimeOpen={isTimeOpen} onTimeOpen={setTimeOpen} />
      <FilterBar explore={explore} isSqlOpen={isSqlOpen} onSqlToggle={toggleSql} />
      {isSqlOpen && (
        <SqlPanel
          value={draft ?? ""} ranSql={run.request?.sql ?? null} problem={run.phase === "failed" ? run.problem : null} schema={schema}
          onChange={setDraft} onRun={(sql) => void commit({}, sql)}
        />
      )}
      <Histogram explore={explore} />
      {run.live && <LiveStrip live={run.live} runner={runner} isRecordOpen={openIndex !== null} onCloseRecord={close} />}
      <div className="flex min-h-0 flex-1" onScrollCapture={run.live ? (e) => runner.pause("scroll", isAway(e.target)) : undefined}>
        <ResultsPane
          run={run} columns={view.columns} fields={view.dataset?.fields ?? []} order={view.order} sort={view.sort} sortNote={view.sortNote}
          isChanged={draft !== committed} active={view.active} isChooserOpen={isChooserOpen} onChooserOpen={setChooserOpen}
          emptyActions={<EmptyOffers explore={explore} />}
          onActive={view.moveTo} onOpen={view.open} onCopy={view.copy} onChoice={view.choose} onSort={view.sortBy} onFilter={onFilter} onApply={(sql) => void commit({}, sql)}
          cellActions={values.cellActions}
        />
        {isFieldsOpen && view.dataset && (
          // By keys the rows come before the fields, of which there are many.
          <div className={`order-first ${openIndex === null ? "flex min-h-0" : "hidden min-h-0 min-[1600px]:flex"}`}>
            <FieldPanel
              run={run} dataset={view.dataset} shown={view.columns.map((c) => c.name)} onFilter={onFilter}
              onColumn={(name) => view.choose([...choiceOf(view.columns), { name }])}
            />
          </div>
        )}
        {openIndex !== null && run.result && (
          <OpenRecord
            place={place} tab={recordTab} onTab={setRecordTab} set={run.result} row={view.openRow} dataset={view.dataset} isFirst={openIndex === 0} isLast={openIndex === count - 1} link={location.href}
            onMove={(by) => open(openIndex + by)} onClose={close}
            onFilter={onFilter}
            why={why} onMenu={values.onMenu}
          />
        )}
      </div>
      <StatusLine run={run} />
      {values.overlay}
    </div>
  );
}

function Notices({ explore, isMissing, onForget }: { explore: Explore; isMissing: boolean; onForget: () => void }) {
  const { isMoved, newest, isDamagedLink, search, show, datasetError, ds } = explore;
  const notices = useNotices();
  const ms = newest ? Date.parse(newest) : NaN;
  return (
    <>
      {notices.map((text) => (
        <Strip key={text} kind="warn" onDismiss={() => dismissNotice(text)}>
          {text}
        </Strip>
      ))}
      {isDamagedLink && <Strip kind="warn">The statement in this link is damaged, so the dataset’s first one is shown.</Strip>}
      {datasetError && <Strip kind="warn">The fields of {ds} could not be read: {problemOfError(datasetError).message}</Strip>}
      {isMoved && !Number.isNaN(ms) && (
        <Strip kind="info">
          No event in the last 24 hours. Shown are the 24 hours up to the newest event, {dayClock(ms)} UTC ({ago(ms)}).
        </Strip>
      )}
      {search.v && (
        <Strip
          kind="info"
          actions={
            <Button size="xs" variant="ghost" onClick={() => show({ v: undefined }, false)}>
              Use the newest
            </Button>
          }
        >
          Pinned to {pinnedWords(search.v)}: what was stored or taken away since is not seen.
        </Strip>
      )}
      {isMissing && (
        <Strip kind="warn" onDismiss={onForget}>
          The record {search.row} of this link is not among the rows of this answer.
        </Strip>
      )}
    </>
  );
}

/** What stands in place of the page when there is nothing to search, or nobody to ask. */
function nothingToSearch({ scopeError, isScopePending, scope, datasets }: Explore) {
  const error = scopeError ?? datasets.error;
  if (error) {
    const problem = problemOfError(error);
    return (
      <Page>
        <Message
          title={problem.status === 401 ? "A token is needed" : "The datasets can't be read"}
          actions={
            <Button size="sm" variant="primary" onClick={() => location.reload()}>
              Try again
            </Button>
          }
        >
          <p>{problem.message}</p>
        </Message>
      </Page>
    );
  }
  if (!isScopePending && scope === null) {
    return (
      <Page>
        <Message title="Nothing stored yet">
          <p>Send NDJSON records to the server and they can be searched as soon as the call has answered.</p>
          <pre className="mt-3 overflow-x-auto rounded-md border border-kumo-line bg-kumo-base p-3 text-left font-mono text-xs text-kumo-default">
            {`curl -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @logs.ndjson \\\n  ${location.origin}/api/ingest/default/example.com/http_requests`}
          </pre>
        </Message>
      </Page>
    );
  }
  return null;
}

/** Whether a pane of the page is open, which this browser remembers. */
function usePane(key: string): [boolean, () => void] {
  const [isOpen, setOpen] = useState(() => recall(key) !== "closed");
  const toggle = useCallback(
    () =>
      setOpen((old) => {
        remember(key, old ? "closed" : "open");
        return !old;
      }),
    [key],
  );
  return [isOpen, toggle];
}

const Page = ({ children }: { children: React.ReactNode }) => (
  <div className="flex h-full flex-col">
    <h1 className="sr-only">Log search</h1>
    {children}
  </div>
);
