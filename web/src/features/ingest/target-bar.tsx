import { useId } from "react";
import type { DatasetSummary } from "@/api/datasets";
import type { AccountScope } from "@/api/scopes";
import type { IngestTarget } from "@/api/ingest-status";
import { nameProblem } from "./figures";
import { NameField } from "./name-field";

interface Props {
  account: string;
  zone: string;
  scopes: readonly AccountScope[];
  datasets: readonly DatasetSummary[];
  target: IngestTarget;
  host: string;
  onScope: (next: { account: string; zone: string }) => void;
  onDataset: (name: string) => void;
  onHost: (host: string) => void;
}

const hostProblem = (text: string): string | null =>
  /^(https?:\/\/)?([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?\/?$/i.test(text) ? null : "A name with an optional port, such as logs.example.com";

/** Which table the texts below are for, and under which name senders reach the server. */
export function TargetBar({ account, zone, scopes, datasets, target, host, onScope, onDataset, onHost }: Props) {
  const id = useId();
  const zones = scopes.find((s) => s.account === account)?.zones ?? [];
  const group = (scope: string, label: string) => {
    const own = datasets.filter((d) => d.scope === scope);
    return (
      own.length > 0 && (
        <optgroup label={label}>
          {own.map((d) => (
            <option key={d.name} value={d.name}>
              {d.name}
            </option>
          ))}
        </optgroup>
      )
    );
  };
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <NameField label="Account" value={account} known={scopes.map((s) => s.account)} problemOf={nameProblem} width="w-40" onChange={(next) => onScope({ account: next, zone })} />
      {target.zone !== null && (
        <NameField label="Zone" value={zone} known={zones} problemOf={nameProblem} width="w-52" onChange={(next) => onScope({ account, zone: next })} />
      )}
      <div className="w-64 min-w-0">
        <label htmlFor={id} className="block text-2xs text-kumo-subtle">
          Dataset
        </label>
        <select
          id={id}
          value={target.dataset}
          onChange={(e) => onDataset(e.target.value)}
          className="mt-0.5 h-7 w-full rounded-md border border-kumo-line bg-kumo-canvas px-1.5 font-mono text-xs text-kumo-default"
        >
          {group("zone", "Of a zone")}
          {group("account", "Of an account")}
        </select>
      </div>
      <NameField label="Address that senders use" value={host} problemOf={hostProblem} width="w-72" onChange={onHost} />
    </div>
  );
}
