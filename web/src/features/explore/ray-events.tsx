import { clockMs, day } from "@/lib/clock";
import { recordAt } from "@/lib/result-set";
import { ActionChip } from "@/ui/action-chip";
import { textOf } from "./cells";
import { actionWord } from "./outcome";
import { isRunning, type RunState } from "./query-run";
import { coverageWords } from "./result-states";

/** The firewall events of one request, in the order they happened. */
export function RayEvents({ run }: { run: RunState }) {
  if (run.phase === "failed") return <p className="p-3 text-xs text-v-bad">Its firewall events could not be read: {run.problem?.message}</p>;
  if (!run.result || (isRunning(run) && run.result.count === 0)) return <p className="p-3 text-xs text-kumo-subtle">Reading firewall_events</p>;
  if (run.result.count === 0) return <p className="p-3 text-xs text-kumo-subtle">No firewall event has this Ray ID. {coverageWords(run)}</p>;
  const set = run.result;
  return (
    <ol aria-label="Firewall events" className="divide-y divide-kumo-hairline">
      {Array.from({ length: set.count }, (_, row) => {
        const event = recordAt(set, row);
        const at = Date.parse(textOf(event.Datetime));
        const action = actionWord(event.Action);
        return (
          <li key={row} className="px-3 py-2 text-xs">
            <div className="flex flex-wrap items-center gap-x-3">
              {action && <ActionChip {...action} />}
              <span className="font-mono">{textOf(event.Source)}</span>
              {!Number.isNaN(at) && (
                <span className="num ml-auto text-kumo-subtle">
                  {day(at)} {clockMs(at)}
                </span>
              )}
            </div>
            {textOf(event.Description) && <p className="mt-0.5 break-words">{textOf(event.Description)}</p>}
            {textOf(event.RuleID) && <p className="mt-0.5 font-mono text-2xs break-all text-kumo-subtle">rule {textOf(event.RuleID)}</p>}
          </li>
        );
      })}
    </ol>
  );
}
