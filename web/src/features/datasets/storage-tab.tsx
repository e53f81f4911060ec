import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "@cloudflare/kumo/components/button";
import type { Dataset } from "@/api/datasets";
import { maintenanceQuery, type TablePlace } from "@/api/maintenance";
import { problemOfError } from "@/api/problem";
import { useScope } from "@/api/use-scope";
import { formatScope } from "@/lib/search-params";
import { EraseSection } from "./erase-section";
import { HoldsSection } from "./holds-section";
import { ProtectionSection } from "./protection-section";
import { RetentionSection } from "./retention-section";
import { Refusal } from "./section";
import { StorageSection } from "./storage-section";
import { VacuumSection } from "./vacuum-section";

/** What is stored of a dataset in the scope, and what may go from it. */
export function StorageTab({ dataset }: { dataset: Dataset }) {
  const { scope } = useScope();
  if (!scope) return null;
  if (dataset.scope !== "account" && scope.zone === null) return <ChooseZone account={scope.account} />;
  const place = { account: scope.account, zone: dataset.scope === "account" ? null : scope.zone, dataset: dataset.name };
  return <Table key={`${place.account}/${place.zone}/${place.dataset}`} place={place} />;
}

function ChooseZone({ account }: { account: string }) {
  const { scopes } = useScope();
  const zones = scopes.find((s) => s.account === account)?.zones ?? [];
  return (
    <div className="text-xs">
      <p>
        <span className="font-medium">Choose a zone.</span> Each zone has a table of its own, with its own rules.
      </p>
      <ul aria-label="Zones" className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
        {zones.map((zone) => (
          <li key={zone}>
            <Link to="." search={(old) => ({ ...old, scope: formatScope({ account, zone }) })} className="inline-block min-h-6 content-center text-kumo-link underline underline-offset-2">
              {zone}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Table({ place }: { place: TablePlace }) {
  const { data: status, error, refetch } = useQuery(maintenanceQuery(place));
  if (error && problemOfError(error).code === "not_found")
    return (
      <p className="text-xs">
        Nothing is stored in this scope yet. The table is made when the first record is, and its rules can be set then.{" "}
        <Link to="/ingest/{-$way}" params={{ way: undefined }} search={(old) => ({ scope: old.scope, ds: place.dataset })} className="text-kumo-link underline underline-offset-2">
          Set up ingest
        </Link>
      </p>
    );
  return (
    <div className="flex flex-col gap-3">
      {error && (
        <div className="flex items-center gap-2">
          <Refusal error={error} />
          <Button size="sm" variant="ghost" onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      )}
      {error && status && <p className="text-2xs text-kumo-subtle">The figures below are older.</p>}
      {!status && !error && <div aria-hidden="true" className="h-40 rounded-lg border border-kumo-hairline" />}
      {status && (
        <>
          <StorageSection place={place} status={status} />
          <RetentionSection place={place} status={status} />
          <HoldsSection place={place} holds={status.rules.holds} />
          <ProtectionSection place={place} isOn={status.rules.deletion} />
          <EraseSection place={place} />
          <VacuumSection place={place} />
        </>
      )}
    </div>
  );
}
