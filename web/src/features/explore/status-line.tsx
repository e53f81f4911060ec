import type { ReactNode } from "react";
import { BroadcastIcon, CheckCircleIcon, CircleDashedIcon, PauseIcon, ScissorsIcon, WarningCircleIcon, WarningIcon } from "@phosphor-icons/react";
import { bytes, duration, int, percent, plural } from "@/lib/format";
import type { LiveState } from "./live";
import { isRunning, type RunState } from "./query-run";

/** What was read for the answer, always in view, so an empty or short answer is never a riddle. */
export function StatusLine({ run }: { run: RunState }) {
  const { plan, done } = run;
  const rows = run.answered === run.request ? (run.result?.count ?? 0) : 0;
  const files = done ? { read: done.coverage.filesRead, total: done.coverage.filesTotal } : plan?.files;
  const read = done ? { read: done.coverage.bytesRead, total: done.coverage.bytesTotal } : plan?.bytes;
  const table = plan?.tables?.[0];
  const name = plan?.dataset ?? run.dataset;
  return (
    <footer className="flex h-7 shrink-0 items-center gap-4 overflow-hidden border-t border-kumo-hairline bg-kumo-base px-3 text-xs whitespace-nowrap text-kumo-subtle">
      <div role="status" aria-live={isRunning(run) || run.phase === "live" ? "off" : "polite"} aria-label="Query status" className="num flex min-w-0 items-center gap-4">
        <Word run={run} />
        {run.phase !== "idle" && run.phase !== "planning" && run.phase !== "failed" && run.phase !== "live" && (
          <span>
            {plural(rows, "row")} in {duration(run.elapsedMs)}
          </span>
        )}
        {run.live && <LiveWords live={run.live} />}
        {read && (
          <span>
            {bytes(read.read)} read of {bytes(read.total)}
            {read.total > 0 && ` (${percent(read.read / read.total)})`}
          </span>
        )}
        {files && (
          <span>
            {int(files.read)} of {plural(files.total, "file")} read
          </span>
        )}
      </div>
      {table && (
        <span className="ml-auto truncate font-mono" title={(plan?.tables ?? []).map((t) => `${t.path}@${t.version}`).join("\n")}>
          {name ?? table.path}@{table.version}
          {(plan?.tables?.length ?? 1) > 1 && ` and ${plural(plan!.tables!.length - 1, "more table")}`}
        </span>
      )}
    </footer>
  );
}

function LiveWords({ live }: { live: LiveState }) {
  const { connection } = live;
  return (
    <>
      <span>{plural(live.came, "row")} came</span>
      {connection.kind === "connecting" && <span>Connecting</span>}
      {connection.kind === "lost" && (
        <span className="text-v-warn" title={connection.why}>
          Connection lost, trying again in {connection.seconds} s: {connection.why}
        </span>
      )}
    </>
  );
}

const word = (icon: ReactNode, text: string, look = "text-kumo-default") => (
  <span className={`flex items-center gap-1.5 ${look}`}>
    {icon}
    {text}
  </span>
);

function Word({ run }: { run: RunState }) {
  const busy = <CircleDashedIcon size={13} weight="bold" className="animate-spin text-kumo-brand" aria-hidden="true" />;
  const warning = <WarningIcon size={13} weight="fill" aria-hidden="true" />;
  switch (run.phase) {
    case "idle":
      return word(null, "Not run yet", "text-kumo-subtle");
    case "planning":
      return word(busy, "Planning");
    case "streaming":
      return word(busy, "Reading");
    case "live":
      return run.live?.pausedBy.length
        ? word(<PauseIcon size={13} weight="fill" aria-hidden="true" />, "Live, paused", "text-v-warn")
        : word(<BroadcastIcon size={13} weight="bold" className="text-v-complete" aria-hidden="true" />, "Live");
    case "done":
      return run.done?.truncated
        ? word(<ScissorsIcon size={13} weight="fill" aria-hidden="true" />, "Truncated", "text-v-warn")
        : word(<CheckCircleIcon size={13} weight="fill" className="text-v-complete" aria-hidden="true" />, "Complete and exact");
    case "partial":
      return word(warning, "Partial", "text-v-warn");
    case "cancelled":
      return word(warning, "Cancelled", "text-v-warn");
    case "failed":
      return word(<WarningCircleIcon size={13} weight="fill" aria-hidden="true" />, `Failed: ${run.problem?.code ?? "unknown"}`, "text-v-bad");
  }
}
