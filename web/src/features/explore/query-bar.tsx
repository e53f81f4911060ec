import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { BookOpenTextIcon, PlayIcon, StopIcon } from "@phosphor-icons/react";
import type { TimeRange } from "@/lib/time-range";
import { Cost } from "./cost";
import { DatasetPicker } from "./dataset-picker";
import { isRunning } from "./query-run";
import { LiveToggle } from "./live-toggle";
import { RecentMenu } from "./recent-menu";
import { sampleQueries } from "./sample-queries";
import { SavedMenu } from "./saved-menu";
import { ExportMenu, ShareButton, type Exporting } from "./share-menu";
import { OpenSecondTab } from "./tab-strip";
import { TimePicker } from "./time-picker";
import type { Explore } from "./use-explore";

interface Props {
  explore: Explore;
  exporting: Exporting;
  isTimeOpen: boolean;
  onTimeOpen: (open: boolean) => void;
}

export function QueryBar({ explore, exporting, isTimeOpen, onTimeOpen }: Props) {
  const { run, runner, commit, ds, list, summary, range, isLive, setLive } = explore;
  const setRange = (next: TimeRange) => void commit({ from: next.from, to: next.from === "all" || next.to === "now" ? undefined : next.to });
  const chooseDataset = (name: string) => void commit({ ds: name, q: undefined, cols: undefined });
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 bg-kumo-base px-3 py-2">
      <OpenSecondTab search={explore.search} />
      {ds && <DatasetPicker datasets={list} current={ds} onOpen={() => void explore.datasets.refetch()} onChoose={chooseDataset} />}
      {summary && (
        <DropdownMenu>
          <DropdownMenu.Trigger
            render={
              <Button size="sm" variant="ghost" icon={BookOpenTextIcon}>
                Samples
              </Button>
            }
          />
          <DropdownMenu.Content>
            {sampleQueries(summary).map((sample) => (
              <DropdownMenu.Item key={sample.title} className="min-h-7 py-1 text-[13px]" onClick={() => void commit({}, sample.sql)}>
                {sample.title}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu>
      )}
      <SavedMenu explore={explore} />
      <RecentMenu explore={explore} />
      <ShareButton explore={explore} />
      <ExportMenu request={run.request} exporting={exporting} />
      <span className="ml-auto" />
      <TimePicker range={range} table={summary?.table} open={isTimeOpen} onOpenChange={onTimeOpen} onChange={setRange} />
      <LiveToggle explore={explore} />
      <Cost explore={explore} />
      {isRunning(run) ? (
        <Button size="sm" variant="primary" icon={StopIcon} className="min-w-[84px] justify-center" title="Cancel (Esc)" onClick={runner.cancel}>
          Cancel
        </Button>
      ) : isLive ? (
        <Button size="sm" variant="primary" icon={StopIcon} className="min-w-[84px] justify-center" title="Back to what was stored (Shift L)" onClick={() => setLive(false)}>
          Stop live
        </Button>
      ) : (
        <Button size="sm" variant="primary" icon={PlayIcon} className="min-w-[84px] justify-center" title="Run (Ctrl Enter)" onClick={() => void commit({})}>
          {run.phase === "idle" || run.phase === "done" ? "Run" : "Run again"}
        </Button>
      )}
    </div>
  );
}
