import { useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { CaretDownIcon, CheckIcon, DatabaseIcon } from "@phosphor-icons/react";
import type { DatasetSummary } from "@/api/datasets";
import { ago, dayClock } from "@/lib/clock";
import { compact } from "@/lib/format";

interface Props {
  datasets: readonly DatasetSummary[];
  current: string;
  /** The moment to ask for fresh numbers. */
  onOpen: () => void;
  onChoose: (name: string) => void;
}

const hasRows = (d: DatasetSummary): boolean => (d.table?.rows ?? d.table?.files ?? 0) > 0;

/** Datasets with data first, newest event first; the rest by name. */
export function sortDatasets(datasets: readonly DatasetSummary[]): DatasetSummary[] {
  return datasets.toSorted(
    (a, b) => Number(hasRows(b)) - Number(hasRows(a)) || (b.table?.newest ?? "").localeCompare(a.table?.newest ?? "") || a.name.localeCompare(b.name),
  );
}

export function DatasetPicker({ datasets, current, onOpen, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const [find, setFind] = useState("");
  const wanted = find.trim().toLowerCase();
  const shown = sortDatasets(datasets).filter((d) => `${d.name} ${d.title}`.toLowerCase().includes(wanted));
  const stored = shown.filter(hasRows);
  const empty = shown.filter((d) => !hasRows(d));
  const toggle = (next: boolean) => {
    setOpen(next);
    setFind("");
    if (next) onOpen();
  };
  const choose = (name: string) => {
    setOpen(false);
    onChoose(name);
  };
  const list = (title: string, items: readonly DatasetSummary[]) =>
    items.length > 0 && (
      <section>
        <h3 className="px-2.5 pt-2 pb-1 text-2xs font-medium text-kumo-subtle">{title}</h3>
        <ul>
          {items.map((d) => (
            <li key={d.name}>
              <DatasetRow dataset={d} isCurrent={d.name === current} onChoose={() => choose(d.name)} />
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <Popover open={open} onOpenChange={toggle}>
      <Popover.Trigger
        render={
          <Button variant="secondary" size="sm" aria-label={`Dataset: ${current}`}>
            <DatabaseIcon size={14} className="text-kumo-subtle" />
            <span className="font-mono text-xs">{current}</span>
            <CaretDownIcon size={11} className="text-kumo-subtle" />
          </Button>
        }
      />
      <Popover.Content align="start" className="w-[420px] p-0">
        <Popover.Title className="sr-only">Choose a dataset</Popover.Title>
        <input
          type="search"
          aria-label="Find a dataset"
          placeholder={`Find in ${datasets.length} datasets`}
          value={find}
          onChange={(e) => setFind(e.target.value)}
          onKeyDown={(e) => {
            const first = stored[0] ?? empty[0];
            if (e.key === "Enter" && first) choose(first.name);
          }}
          className="h-9 w-full border-b border-kumo-hairline bg-transparent px-3 text-xs outline-none! placeholder:text-kumo-subtle"
        />
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a list that scrolls must be reachable by key */}
        <div className="max-h-[380px] overflow-y-auto px-1 pb-2" tabIndex={0} role="group" aria-label="Datasets">
          {list("With data", stored)}
          {list("Nothing stored in this scope", empty)}
          {shown.length === 0 && <p className="px-2.5 py-3 text-xs text-kumo-subtle">No dataset has that name.</p>}
        </div>
      </Popover.Content>
    </Popover>
  );
}

function DatasetRow({ dataset: d, isCurrent, onChoose }: { dataset: DatasetSummary; isCurrent: boolean; onChoose: () => void }) {
  const newest = d.table?.newest ? Date.parse(d.table.newest) : null;
  return (
    <button
      type="button"
      aria-current={isCurrent || undefined}
      title={d.description ?? undefined}
      className={`flex w-full items-center gap-2 rounded px-2.5 py-1 text-left hover:bg-kumo-tint ${isCurrent ? "bg-kumo-tint" : ""}`}
      onClick={onChoose}
    >
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className={`truncate font-mono text-xs ${hasRows(d) ? "" : "text-kumo-subtle"}`}>{d.name}</span>
          {isCurrent && <CheckIcon size={12} className="shrink-0 text-kumo-brand" aria-hidden="true" />}
        </span>
        <span className="block truncate text-2xs text-kumo-subtle">{d.title}</span>
      </span>
      {hasRows(d) && (
        <span className="num shrink-0 text-right text-2xs text-kumo-subtle">
          <span className="block text-kumo-default">{typeof d.table?.rows !== "number" ? `${d.table?.files} files` : `${compact(d.table.rows)} rows`}</span>
          {newest !== null && (
            <span className="block" title={dayClock(newest)}>
              newest {dayClock(newest)}, {ago(newest)}
            </span>
          )}
        </span>
      )}
    </button>
  );
}
