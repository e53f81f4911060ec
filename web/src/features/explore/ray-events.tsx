import { useMemo } from "react";
import { recordAt } from "@/lib/result-set";
import { EventChain } from "./event-chain";
import type { Place } from "./place";
import type { RunState } from "./query-run";
import { decisionOf, ruleChain } from "./rule-chain";

/** The firewall events that a look-up by Ray ID found, of a request that is not stored. */
export function RayEvents({ run, place }: { run: RunState; place: Place }) {
  const set = run.result;
  const chain = useMemo(() => (set ? ruleChain(Array.from({ length: set.count }, (_, row) => recordAt(set, row))) : []), [set]);
  return <EventChain chain={chain} decision={decisionOf(chain)} request={null} place={place} />;
}
