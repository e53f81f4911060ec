import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { datasetQuery, datasetsQuery, type DatasetSummary } from "@/api/datasets";
import { problemOfError } from "@/api/problem";
import { useScope } from "@/api/use-scope";
import { ago, dayClock } from "@/lib/clock";
import { bytes, compact, int } from "@/lib/format";
import { Strip } from "@/ui/strip";
import { DatasetPane } from "./dataset-pane";

const route = getRouteApi("/datasets/{-$name}");
const columns = ["Dataset", "Records", "Files", "Size", "A record", "Oldest", "Newest", "Version"] as const;

/** Datasets with records first, then those without, each by name. */
export const orderDatasets = (datasets: readonly DatasetSummary[]): DatasetSummary[] =>
  datasets.toSorted((a, b) => Number((b.table?.files ?? 0) > 0) - Number((a.table?.files ?? 0) > 0) || a.name.localeCompare(b.name));

/** What is stored of each dataset, which fields it has, and what may go from it. */
export function DatasetsPage() {
  const { name } = route.useParams();
  const { scope, error: scopeError } = useScope();
  const [find, setFind] = useState("");
  const list = useQuery({ ...datasetsQuery(scope ?? { account: "", zone: null }), enabled: scope !== null });
  const detail = useQuery({ ...datasetQuery(name ?? "", scope?.account), enabled: name !== undefined && scope !== null });
  const error = scopeError ?? list.error ?? detail.error;
  const wanted = find.trim().toLowerCase();
  const shown = orderDatasets(list.data ?? []).filter((d) => `${d.name} ${d.title}`.toLowerCase().includes(wanted));
  const { scope: scopeSearch, tab } = route.useSearch();
  // Beside an opened dataset there is room for two columns.
  const isBrief = name !== undefined;
  return (
    <div className="flex h-full flex-col">
      {error && <Strip kind="bad">{problemOfError(error).message}</Strip>}
      <div className="flex min-h-0 flex-1">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a pane that scrolls must be reachable by key */}
        <section aria-label="Datasets" tabIndex={0} className={`min-w-0 overflow-auto p-4 ${name === undefined ? "flex-1" : "w-[424px] shrink-0"}`}>
          <div className="mb-3 flex items-center gap-3">
            <h1 className="text-base font-semibold">Datasets</h1>
            <input
              type="search" aria-label="Find a dataset" placeholder={`Find in ${list.data?.length ?? 0} datasets`} value={find} onChange={(e) => setFind(e.target.value)}
              className="h-7 w-64 rounded border border-kumo-line bg-kumo-base px-2 text-xs outline-none! placeholder:text-kumo-subtle focus:border-kumo-brand"
            />
          </div>
          <table aria-label="Datasets" className="num w-full border-collapse rounded-lg bg-kumo-base text-xs">
            <thead>
              <tr className="h-7 border-b border-kumo-line text-left text-2xs text-kumo-subtle">
                {columns.slice(0, isBrief ? 2 : undefined).map((label, k) => (
                  <th key={label} scope="col" className={`px-3 font-medium whitespace-nowrap ${k > 0 && k < 5 ? "text-right" : ""}`}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((d) => (
                <DatasetRow key={d.name} dataset={d} isOpen={d.name === name} isBrief={isBrief} scope={scopeSearch} tab={tab} />
              ))}
            </tbody>
          </table>
          {list.data && shown.length === 0 && <p className="px-3 py-3 text-xs text-kumo-subtle">No dataset has that name.</p>}
        </section>
        {name !== undefined && detail.data && <DatasetPane key={name} dataset={detail.data} scope={scopeSearch} tab={tab} />}
      </div>
    </div>
  );
}

function Instant({ text }: { text: string | null | undefined }) {
  const ms = text ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? "–" : <span title={ago(ms)}>{dayClock(ms)}</span>;
}

interface RowProps {
  dataset: DatasetSummary;
  isOpen: boolean;
  isBrief: boolean;
  scope: string | undefined;
  tab: string | undefined;
}

function DatasetRow({ dataset: d, isOpen, isBrief, scope, tab }: RowProps) {
  const table = (d.table?.files ?? 0) > 0 ? d.table : null;
  const rows = table?.rows ?? null;
  return (
    <tr aria-current={isOpen || undefined} className={`h-8 border-b border-kumo-hairline last:border-b-0 ${isOpen ? "bg-kumo-tint" : "hover:bg-kumo-tint"}`}>
      <th scope="row" className="px-3 text-left font-normal">
        <Link to="/datasets/{-$name}" params={{ name: isOpen ? undefined : d.name }} search={{ scope, tab: isOpen ? undefined : tab }} className={`font-mono ${table ? "font-medium" : "text-kumo-subtle"}`} title={d.description ?? d.title}>
          {d.name}
        </Link>
        <span className="ml-2 text-2xs text-kumo-subtle">{d.title}</span>
      </th>
      {table ? (
        <>
          <td className="px-3 text-right whitespace-nowrap" title={rows === null ? undefined : int(rows)}>{rows === null ? "–" : compact(rows)}</td>
          {!isBrief && (
            <>
              <td className="px-3 text-right whitespace-nowrap">{int(table.files)}</td>
              <td className="px-3 text-right whitespace-nowrap">{bytes(table.bytes)}</td>
              <td className="px-3 text-right whitespace-nowrap">{rows ? bytes(table.bytes / rows) : "–"}</td>
              <td className="px-3 whitespace-nowrap"><Instant text={table.oldest} /></td>
              <td className="px-3 whitespace-nowrap"><Instant text={table.newest} /></td>
              <td className="px-3 font-mono">{table.version}</td>
            </>
          )}
        </>
      ) : (
        <td colSpan={isBrief ? 1 : 7} className={`px-3 text-2xs text-kumo-subtle ${isBrief ? "text-right" : ""}`}>
          {isBrief ? "none" : "Nothing stored in this scope"}
        </td>
      )}
    </tr>
  );
}
