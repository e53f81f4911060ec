import { useEffect, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { BroadcastIcon, CloudArrowUpIcon, FolderOpenIcon, GlobeHemisphereWestIcon, StackIcon, TerminalWindowIcon, type Icon } from "@phosphor-icons/react";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ingestSetupQuery, type IngestSetup } from "@/api/ingest-setup";
import { ingestStatusQuery, type IngestStatus, type IngestTarget } from "@/api/ingest-status";
import { problemOfError } from "@/api/problem";
import { scopesQuery } from "@/api/scopes";
import { ago, dayClock } from "@/lib/clock";
import { bytes, int } from "@/lib/format";
import { recall, remember } from "@/lib/preferences";
import { Strip } from "@/ui/strip";
import { ActivityTable } from "./activity-table";
import { ArrivalCheck } from "./arrival-check";
import { TargetBar } from "./target-bar";
import { useTarget } from "./use-target";
import { WayPanel } from "./way-panel";

const route = getRouteApi("/ingest/{-$way}");
const hostKey = "ingest-host";
const icons: Record<string, Icon> = {
  logpush: CloudArrowUpIcon,
  http: GlobeHemisphereWestIcon,
  cli: TerminalWindowIcon,
  bucket: FolderOpenIcon,
  elasticsearch: StackIcon,
  otlp: BroadcastIcon,
};

/** How records get here, and whether they do. */
export function IngestPage() {
  const page = useTarget();
  const [host, setHost] = useState(() => recall(hostKey) ?? location.origin);
  const changeHost = (next: string) => {
    setHost(next);
    remember(hostKey, next);
  };
  const status = useQuery({ ...ingestStatusQuery(page.account), placeholderData: keepPreviousData });
  useNewScopes(status.data);
  return (
    <div className="h-full overflow-y-auto">
      <div className="flex max-w-[1500px] flex-col gap-5 p-4">
        <Arriving status={status.data} error={status.error} account={page.account} onRetry={() => void status.refetch()} />
        <section aria-label="Send records" className="flex flex-col gap-3">
          <h2 className="text-base font-semibold">Send records</h2>
          {page.error ? (
            <Strip kind="bad">{problemOfError(page.error).message}</Strip>
          ) : page.target ? (
            <>
              <TargetBar
                account={page.account} zone={page.zone} scopes={page.scopes} datasets={page.list} target={page.target} host={host}
                onScope={page.setScope} onDataset={page.setDataset} onHost={changeHost}
              />
              <Ways target={page.target} host={host} />
            </>
          ) : (
            <div aria-hidden="true" className="h-72 rounded-lg border border-kumo-hairline bg-kumo-base" />
          )}
        </section>
      </div>
    </div>
  );
}

/** A table of a zone that was not there before: the scope picker has to know it. */
function useNewScopes(status: IngestStatus | undefined) {
  const client = useQueryClient();
  const { data: scopes } = useQuery(scopesQuery);
  const isNew =
    scopes !== undefined &&
    (status?.tables.some((t) => t.total.batches > 0 && !scopes.some((s) => s.account === t.account && (!t.zone || s.zones.includes(t.zone)))) ?? false);
  useEffect(() => {
    if (isNew) void client.invalidateQueries({ queryKey: scopesQuery.queryKey });
  }, [isNew, client]);
}

interface ArrivingProps {
  status: IngestStatus | undefined;
  error: Error | null;
  account: string;
  onRetry: () => void;
}

function Arriving({ status, error, account, onRetry }: ArrivingProps) {
  return (
    <section aria-label="Arriving" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="text-base font-semibold">Ingest</h1>
        {status && <Gauges status={status} />}
      </div>
      {error && (
        <Strip
          kind="bad"
          actions={
            <Button size="xs" variant="ghost" onClick={onRetry}>
              Try again
            </Button>
          }
        >
          The figures can’t be read: {problemOfError(error).message}
          {status && " Those below are older."}
        </Strip>
      )}
      {status && status.tables.length > 0 && <ActivityTable status={status} />}
      {status && status.tables.length === 0 && (
        <p className="rounded-lg border border-kumo-line bg-kumo-base px-3 py-3 text-kumo-subtle">
          Nothing has arrived for account <span className="font-mono text-xs text-kumo-default">{account}</span> since the server started,{" "}
          {dayClock(Date.parse(status.since))} UTC ({ago(Date.parse(status.since))}). Choose a way below: the first batch shows here within two seconds.
        </p>
      )}
      {!status && !error && <div aria-hidden="true" className="h-20 rounded-lg border border-kumo-hairline bg-kumo-base" />}
    </section>
  );
}

function Gauges({ status }: { status: IngestStatus }) {
  const { inFlight, waiting, bytesHeld, bytesLimit, refused429 } = status.gauges;
  const hidden = status.tablesTotal - status.tables.length;
  const parts = [
    `Counted since ${dayClock(Date.parse(status.since))} UTC`,
    `${int(inFlight)} in flight`,
    waiting > 0 && `${int(waiting)} waiting for memory`,
    bytesLimit > 0 && `memory ${bytes(bytesHeld)} of ${bytes(bytesLimit)}`,
    refused429 > 0 && `${int(refused429)} refused for want of room (429)`,
    hidden > 0 && `${int(hidden)} quieter tables not shown`,
  ];
  return <p className="num text-xs text-kumo-subtle">{parts.filter((part) => part !== false).join(" · ")}</p>;
}

function Ways({ target, host }: { target: IngestTarget; host: string }) {
  const { way: chosen } = route.useParams();
  const navigate = route.useNavigate();
  const { data: setup, error } = useQuery({ ...ingestSetupQuery(target, host), placeholderData: keepPreviousData });
  const way = setup?.ways.find((w) => w.name === chosen) ?? setup?.ways[0];
  const choose = (name: string) => void navigate({ params: { way: name }, search: (old) => old, replace: true });
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[200px_minmax(0,1fr)] xl:grid-cols-[200px_minmax(0,1fr)_300px]">
      {error && (
        <div className="col-span-full">
          <Strip kind="bad">{problemOfError(error).message}</Strip>
        </div>
      )}
      <WayList setup={setup} current={way?.name} onChoose={choose} />
      <div className="min-h-72 min-w-0 rounded-lg border border-kumo-line bg-kumo-base p-3">{setup && way && <WayPanel setup={setup} way={way} />}</div>
      <div className="lg:col-start-2 xl:col-start-3">
        <ArrivalCheck key={`${target.account}/${target.zone}/${target.dataset}`} target={target} />
      </div>
    </div>
  );
}

function WayList({ setup, current, onChoose }: { setup: IngestSetup | undefined; current: string | undefined; onChoose: (name: string) => void }) {
  return (
    <ul aria-label="Ways to send" className="flex flex-wrap gap-1.5 lg:flex-col">
      {setup?.ways.map((w) => {
        const Shape = icons[w.name] ?? CloudArrowUpIcon;
        const isCurrent = w.name === current;
        return (
          <li key={w.name}>
            <button
              type="button"
              aria-pressed={isCurrent}
              onClick={() => onChoose(w.name)}
              className={`flex h-9 w-full items-center gap-2.5 rounded-md border px-2.5 text-left ${isCurrent ? "border-kumo-brand bg-v-info-tint font-medium" : "border-kumo-line bg-kumo-base hover:bg-kumo-tint"}`}
            >
              <Shape size={16} className={`shrink-0 ${isCurrent ? "text-kumo-brand" : "text-kumo-subtle"}`} aria-hidden="true" />
              {w.title}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
