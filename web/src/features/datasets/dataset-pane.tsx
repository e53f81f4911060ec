import { Link, useNavigate } from "@tanstack/react-router";
import { Tabs } from "@cloudflare/kumo/components/tabs";
import type { Dataset } from "@/api/datasets";
import { FieldTable } from "./field-table";
import { StorageTab } from "./storage-tab";

const tabs = [
  { value: "fields", label: "Fields" },
  { value: "storage", label: "Storage & retention" },
] as const;

/** An opened dataset: its fields, or what is stored of it and for how long. */
export function DatasetPane({ dataset, scope, tab: chosen }: { dataset: Dataset; scope: string | undefined; tab: string | undefined }) {
  const navigate = useNavigate();
  const tab = chosen === "storage" ? "storage" : "fields";
  const choose = (next: string) => void navigate({ to: ".", search: (old) => ({ ...old, tab: next === "storage" ? next : undefined }), replace: true });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a pane that scrolls must be reachable by key
    <section aria-label={`${tab === "fields" ? "Fields" : "Storage and retention"} of ${dataset.name}`} tabIndex={0} className="min-w-0 flex-1 overflow-auto border-l border-kumo-hairline bg-kumo-base p-4">
      <div className="mb-1 flex flex-wrap items-center gap-x-3">
        <h2 className="font-mono text-sm font-semibold">{dataset.name}</h2>
        <Link to="/logs" search={{ scope, ds: dataset.name }} className="text-xs text-kumo-link">
          Open in Log search
        </Link>
      </div>
      {dataset.description && <p className="mb-2 text-xs text-kumo-subtle">{dataset.description}</p>}
      <div className="mb-3">
        <Tabs size="sm" variant="underline" value={tab} onValueChange={choose} tabs={[...tabs]} />
      </div>
      {tab === "fields" ? <FieldTable dataset={dataset} /> : <StorageTab dataset={dataset} />}
    </section>
  );
}
