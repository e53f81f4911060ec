import { useMemo } from "react";
import { recordAt } from "@/lib/result-set";
import { EventChain } from "./event-chain";
import type { Place } from "./place";
import { isRunning, type RunState } from "./query-run";
import { coverageWords } from "./result-states";
import { decisionOf, ruleChain } from "./rule-chain";

interface Props {
  run: RunState;
  request: Record<string, unknown> | null;
  place: Pick<Place, "scope" | "range">;
}

/** The firewall events that a look-up by Ray ID found. */
export function RayEvents({ run, request, place }: Props) {
  const set = run.result;
  const events = useMemo(() => (set ? Array.from({ length: set.count }, (_, row) => recordAt(set, row)) : []), [set]);
  if (run.phase === "failed") return <p className="p-3 text-xs text-v-bad">Its firewall events could not be read: {run.problem?.message}</p>;
  if (!set || (isRunning(run) && set.count === 0)) return <p className="p-3 text-xs text-kumo-subtle">Reading firewall_events</p>;
  if (set.count === 0) return <p className="p-3 text-xs text-kumo-subtle">No firewall event has this Ray ID. {coverageWords(run)}</p>;
  const chain = ruleChain(events);
  return <EventChain chain={chain} decision={decisionOf(chain)} request={request} place={place} />;
}
