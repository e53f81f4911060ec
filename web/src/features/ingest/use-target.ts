import { useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { datasetsQuery, type DatasetSummary } from "@/api/datasets";
import type { IngestTarget } from "@/api/ingest-status";
import { useScope } from "@/api/use-scope";
import { formatScope, type ExploreSearch } from "@/lib/search-params";

const route = getRouteApi("/ingest/{-$way}");
const noDatasets: readonly DatasetSummary[] = [];
const firstScope = { account: "default", zone: "example.com" };

/** What the page is about: the scope and dataset of the address, with names to begin with where nothing is stored yet. */
export function useTarget() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { scope, scopes, error, isPending } = useScope();
  const account = scope?.account ?? firstScope.account;
  const zone = scope?.zone ?? scopes.find((s) => s.account === account)?.zones[0] ?? firstScope.zone;
  const datasets = useQuery(datasetsQuery({ account, zone }));
  const list = useMemo(() => (datasets.data ?? noDatasets).filter((d) => d.name !== "_rejects"), [datasets.data]);
  const dataset = list.find((d) => d.name === search.ds) ?? list.find((d) => d.name === "http_requests") ?? list[0];
  const target = useMemo<IngestTarget | null>(
    () => (dataset ? { account, zone: dataset.scope === "account" ? null : zone, dataset: dataset.name } : null),
    [account, zone, dataset],
  );
  const change = (patch: Partial<ExploreSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  return {
    account,
    zone,
    scopes,
    list,
    target,
    error: error ?? datasets.error,
    isPending: isPending || datasets.isPending,
    setScope: (next: { account: string; zone: string }) => change({ scope: formatScope(next) }),
    setDataset: (ds: string) => change({ ds }),
  };
}
