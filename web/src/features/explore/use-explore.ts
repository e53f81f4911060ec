import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { datasetQuery, datasetsQuery, type DatasetSummary } from "@/api/datasets";
import { useKept } from "@/api/kept";
import { useScope } from "@/api/use-scope";
import { isPacked, packText, unpackText } from "@/lib/packed-text";
import type { ExploreSearch } from "@/lib/search-params";
import { analyse, datasetOf } from "@/lib/sql/statement";
import { defaultRange, type TimeRange } from "@/lib/time-range";
import { columnsKey } from "./columns";
import { sortDatasets } from "./dataset-picker";
import { requestOf } from "./request";
import { defaultSql } from "./sample-queries";
import { tailPlan } from "./tail-plan";
import { tabTitle } from "./tab-title";
import { tabStore } from "./tab-store";

const route = getRouteApi("/logs");
const noDatasets: readonly DatasetSummary[] = [];

/** The dataset to open with: HTTP requests when there are any, or nothing at all, else the one with the newest event. */
function firstDataset(datasets: readonly DatasetSummary[]): DatasetSummary | undefined {
  const http = datasets.find((d) => d.name === "http_requests");
  return http && (http.table || !datasets.some((d) => d.table)) ? http : sortDatasets(datasets)[0];
}

const selectText = (sql: string): string => {
  const found = analyse(sql);
  return found.ok ? found.statement.selectText : sql;
};

const isStarOf = (sql: string | null): boolean => {
  const found = sql === null ? null : analyse(sql);
  return found?.ok === true && found.statement.isStar;
};

/** The state of Log search: the address says what to show, the draft what is being written, the run what came of it. */
export function useExplore(tab: string) {
  const work = tabStore.workOf(tab);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { scope, error: scopeError, isPending: isScopePending } = useScope();
  const datasets = useQuery({ ...datasetsQuery(scope ?? { account: "", zone: null }), enabled: scope !== null });
  const list = datasets.data ?? noDatasets;
  const summary = list.find((d) => d.name === search.ds) ?? (search.ds ? undefined : firstDataset(list));
  const ds = search.ds ?? summary?.name ?? null;
  const detail = useQuery({ ...datasetQuery(ds ?? "", scope?.account), enabled: ds !== null && scope !== null });
  const dataset = detail.data;

  const packed = search.q !== undefined && isPacked(search.q) ? search.q : null;
  const unpacked = useQuery({ queryKey: ["unpacked", packed], queryFn: () => unpackText(packed ?? ""), enabled: packed !== null });
  const opening = useMemo(() => (summary ? defaultSql(summary) : ds ? `SELECT * FROM ${ds}\nLIMIT 500` : null), [summary, ds]);
  const committed = packed === null ? (search.q ?? opening) : unpacked.data === undefined ? null : (unpacked.data ?? opening);

  // A draft belongs to the statement it started from: a new statement in the address drops it.
  const [written, setWritten] = useState(work.draft);
  useEffect(() => work.keepDraft(written), [work, written]);
  const draft = written !== null && written.base === committed ? written.text : committed;
  const setDraft = useCallback((text: string) => setWritten({ base: committed, text }), [committed]);

  const [keptColumns, keepColumns] = useKept(columnsKey(ds ?? ""));
  const isStar = useMemo(() => isStarOf(committed), [committed]);
  // The address wins. Columns are kept for all fields of a dataset, not for a statement that names some.
  const cols = search.cols ?? (isStar ? (keptColumns ?? undefined) : undefined);

  const newest = summary?.table?.newest;
  const fallback = useMemo(() => defaultRange(newest, Date.now()), [newest]);
  const isMoved = search.from === undefined && fallback.moved;
  const { from, to } = search.from === undefined ? fallback.range : { from: search.from, to: search.to ?? "now" };
  // By its texts, so that news of the table does not look like another range.
  const range = useMemo<TimeRange>(() => ({ from, to }), [from, to]);

  const { runner } = work;
  const run = useSyncExternalStore(runner.subscribe, runner.snapshot);
  const [runs, setRuns] = useState(0);
  useEffect(() => {
    if (committed !== null) tabStore.title(tab, tabTitle(committed, ds));
  }, [tab, committed, ds]);

  const [isLive, setLiveHere] = useState(work.isLive);
  const setLive = useCallback(
    (on: boolean) => {
      if (on) tabStore.goLive(tab);
      else work.setLive(false);
      setLiveHere(on);
    },
    [tab, work],
  );

  const isReady = scope !== null && committed !== null && (datasets.isSuccess || datasets.isError);
  useEffect(() => {
    if (!isReady || committed === null || scope === null || committed.trim() === "") return;
    const request = () => requestOf(committed, scope, range, search.v);
    if (!isLive) {
      work.run(JSON.stringify([committed, scope, range, search.v]), request);
      return;
    }
    // A statement of another dataset waits for its fields.
    if (!dataset) return;
    const plan = tailPlan(committed, dataset, scope);
    if (plan.ok) work.follow(JSON.stringify([committed, scope]), request, plan);
    else setLive(false);
  }, [work, isReady, committed, scope, range, search.v, runs, isLive, setLive, dataset]);

  /** Writes a change into the address together with the draft, and runs it; runs again when nothing changed. */
  const commit = useCallback(
    async (patch: Partial<ExploreSearch>, sql?: string) => {
      const text = sql ?? draft;
      // Whoever chooses a time wants what was stored in it.
      if ("from" in patch) setLive(false);
      const next: ExploreSearch = { ...search, ...patch, row: undefined };
      if (text !== null && !("q" in patch)) {
        const named = datasetOf(text);
        const known = named === null ? undefined : list.find((d) => d.name.toLowerCase() === named.toLowerCase());
        if (known && known.name !== ds) next.ds = known.name;
        next.q = known && text === defaultSql(known) ? undefined : text === opening ? undefined : await packText(text);
        if (committed !== null && selectText(text) !== selectText(committed)) next.cols = undefined;
      }
      // A version is one of the tables that were read.
      if (next.ds !== search.ds || next.scope !== search.scope) next.v = undefined;
      const keys: (keyof ExploreSearch)[] = ["scope", "ds", "from", "to", "q", "cols", "v"];
      if (keys.every((key) => next[key] === search[key])) {
        work.runAgain();
        setRuns((n) => n + 1);
      } else await navigate({ search: next });
      // What was written is in the address now: whoever goes back finds what was there before it.
      setWritten(null);
    },
    [work, draft, search, list, ds, opening, committed, navigate, setLive],
  );

  /** Changes what is looked at, not what is asked: columns push no history when only a width changed, nor does the open row. */
  const show = useCallback(
    (patch: Partial<ExploreSearch>, replace: boolean) => void navigate({ search: (old) => ({ ...old, ...patch }), replace }),
    [navigate],
  );

  /** Shows other columns, or with undefined those of old, and keeps them for the dataset. */
  const showColumns = (next: string | undefined) => {
    if (isStar && ds !== null) keepColumns(next ?? null);
    show({ cols: next }, true);
  };

  return {
    search, cols, scope, scopeError, isScopePending, datasets, list, ds, summary,
    dataset, datasetError: detail.error, committed, draft, setDraft, range, isMoved, newest, runner, run, commit, show, showColumns, isLive, setLive,
    isDamagedLink: packed !== null && unpacked.data === null,
  };
}

export type Explore = ReturnType<typeof useExplore>;
