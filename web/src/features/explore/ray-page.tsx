import { useEffect, useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeftIcon } from "@phosphor-icons/react";
import { datasetQuery } from "@/api/datasets";
import { useKept } from "@/api/kept";
import { useScope } from "@/api/use-scope";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { copyText } from "@/lib/copy";
import { emptyResult, recordAt } from "@/lib/result-set";
import { quoteText } from "@/lib/sql/tokens";
import { allTime } from "@/lib/time-range";
import { columnsKey, formatColumns, parseColumns, viewColumns } from "./columns";
import { OpenRecord, prepareDrawer } from "./lazy-drawer";
import { isRunning } from "./query-run";
import { RayEvents } from "./ray-events";
import { coverageWords, Message, ProblemStrip, Skeleton } from "./result-states";
import { ResultsPane } from "./results-pane";
import { StatusLine } from "./status-line";
import { useRunner } from "./use-runner";

const route = getRouteApi("/logs/ray/$ray");
const lookUp = (dataset: string, ray: string, time: string) => `SELECT * FROM ${dataset} WHERE RayID = ${quoteText(ray)} ORDER BY ${time} LIMIT 100`;
const nothing = () => undefined;

/** One request by its Ray ID, over all time and all zones of the account, with its firewall events. */
export function RayPage() {
  const { ray } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { scope } = useScope();
  const account = scope?.account;
  const http = useQuery(datasetQuery("http_requests"));
  const { runner, run } = useRunner();
  const events = useRunner();
  const [row, setRow] = useState<number | null>(0);
  const [tab, setTab] = useState("fields");
  const [isChooserOpen, setChooserOpen] = useState(false);
  const [keptColumns, keepColumns] = useKept(columnsKey("http_requests"));
  const cols = search.cols ?? keptColumns ?? undefined;

  const startEvents = events.runner.start;
  useEffect(() => {
    if (account === undefined) return;
    prepareDrawer();
    setRow(0);
    void runner.start({ sql: lookUp("http_requests", ray, "EdgeStartTimestamp"), account });
  }, [runner, account, ray]);

  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key !== "Escape" || e.defaultPrevented || isOverlayOpen() || isTyping(e.target)) return;
      if (isRunning(run)) runner.cancel();
      else setRow(null);
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [run, runner]);

  const result = run.answered?.sql === run.request?.sql ? run.result : null;
  const header = result?.columns;
  const columns = useMemo(
    () => (header ? viewColumns(emptyResult(header), parseColumns(cols), { isStar: true, isInTimeOrder: true }, http.data) : []),
    [header, cols, http.data],
  );
  const place = useMemo(() => ({ account: account ?? "", zone: undefined, scope: search.scope, range: allTime }), [account, search.scope]);
  const isEmpty = run.phase === "done" && result?.count === 0;
  useEffect(() => {
    if (isEmpty && account !== undefined) void startEvents({ sql: lookUp("firewall_events", ray, "Datetime"), account });
  }, [isEmpty, startEvents, account, ray]);
  const sql = `SELECT * FROM http_requests\nWHERE RayID = ${quoteText(ray)}`;

  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-3 border-b border-kumo-hairline bg-kumo-base px-3">
        <h1 className="truncate text-[13px] font-medium">
          Ray ID <span className="font-mono text-xs">{ray}</span>
        </h1>
        <span className="truncate text-xs text-kumo-subtle">in http_requests, all time, all zones of {account ?? "the account"}</span>
        <Link
          to="/logs"
          search={{ scope: search.scope, ds: "http_requests", q: sql, from: "all" }}
          className="ml-auto flex min-h-6 shrink-0 items-center gap-1.5 rounded px-1.5 text-xs text-kumo-link hover:underline"
        >
          <ArrowLeftIcon size={13} aria-hidden="true" />
          Open in Log search
        </Link>
      </div>
      <div className="flex min-h-0 flex-1">
        {isEmpty ? (
          <section aria-label="Answer" className="flex min-w-0 flex-1 flex-col bg-kumo-base">
            <Message title="No record has this Ray ID">
              <p>
                {coverageWords(run)} Either the request was never stored, or the ID is not one of account {account}.
              </p>
              {(events.run.result?.count ?? 0) > 0 && (
                <div className="mt-4 text-left text-kumo-default">
                  <RayEvents run={events.run} place={place} />
                </div>
              )}
            </Message>
          </section>
        ) : run.phase === "failed" && run.problem ? (
          <section aria-label="Answer" className="flex min-w-0 flex-1 flex-col bg-kumo-base">
            <ProblemStrip problem={run.problem} sql={run.request?.sql ?? ""} onApply={nothing} />
          </section>
        ) : result ? (
          <ResultsPane
            run={run} columns={columns} fields={http.data?.fields ?? []} order={null} sort={null} sortNote={null} isChanged={false} active={row}
            isChooserOpen={isChooserOpen} onChooserOpen={setChooserOpen} onActive={setRow} onOpen={setRow} onSort={nothing} onFilter={null} onApply={nothing}
            onCopy={(k) => void copyText(JSON.stringify(recordAt(result, k), null, 2))}
            onChoice={(choice) => {
              const next = choice ? formatColumns(choice) : undefined;
              keepColumns(next ?? null);
              void navigate({ search: (old) => ({ ...old, cols: next }), replace: true });
            }}
          />
        ) : (
          <Skeleton />
        )}
        {result && row !== null && row < result.count && (
          <OpenRecord
            place={place} set={result} row={row} dataset={http.data} isFirst={row === 0} isLast={row === result.count - 1} link={location.href} tab={tab} onTab={setTab}
            onMove={(by) => setRow(row + by)} onClose={() => setRow(null)} onFilter={null} why="This is a look-up of one record: open it in Log search to filter"
          />
        )}
      </div>
      <StatusLine run={run} />
    </div>
  );
}
