import { Link } from "@tanstack/react-router";
import { FunnelIcon } from "@phosphor-icons/react";
import { clockMs, day } from "@/lib/clock";
import { quoteText } from "@/lib/sql/tokens";
import { ActionChip } from "@/ui/action-chip";
import { textOf } from "./cells";
import { actionWord } from "./outcome";
import { logsSearch, type Place } from "./place";
import { scoreWords, sourceWords } from "./rule-chain";

type StoredRecord = Record<string, unknown>;

interface Props {
  /** In the order in which they acted. */
  chain: readonly StoredRecord[];
  /** The one that decided, when one did. */
  decision: StoredRecord | null;
  /** The request they are of, when it is known: its scores say why. */
  request: StoredRecord | null;
  place: Pick<Place, "scope" | "range">;
}

const firewall = { name: "firewall_events", timestampField: "Datetime" };

/** The firewall events of one request in the order in which their rules acted. */
export function EventChain({ chain, decision, request, place }: Props) {
  return (
    <ol aria-label="Firewall events" className="divide-y divide-kumo-hairline">
      {chain.map((event, index) => (
        // Events of one request may be alike in all that is shown.
        // oxlint-disable-next-line react/no-array-index-key
        <EventLine key={index} event={event} request={request} place={place} isDecision={event === decision && chain.length > 1} />
      ))}
    </ol>
  );
}

function EventLine({ event, request, place, isDecision }: { event: StoredRecord; request: StoredRecord | null; place: Props["place"]; isDecision: boolean }) {
  const at = Date.parse(textOf(event.Datetime));
  const action = actionWord(event.Action);
  const score = scoreWords(event, request);
  const [rule, ref] = [textOf(event.RuleID), textOf(event.Ref)];
  return (
    <li className="px-3 py-1 text-xs">
      <div className="flex flex-wrap items-center gap-x-3">
        {action && <ActionChip {...action} />}
        <span title={textOf(event.Source)}>{sourceWords(event.Source)}</span>
        {isDecision && <span className="font-semibold">decided</span>}
        {!Number.isNaN(at) && (
          <span className="num ml-auto text-kumo-subtle">
            {day(at)} {clockMs(at)}
          </span>
        )}
      </div>
      {textOf(event.Description) && <p className="mt-0.5 break-words">{textOf(event.Description)}</p>}
      {score && <p className="num mt-0.5">{score}</p>}
      {ref && <p className="mt-0.5 font-mono text-2xs break-all text-kumo-subtle">ref {ref}</p>}
      {rule && (
        <div className="flex items-center gap-2">
          <p className="min-w-0 flex-1 font-mono text-2xs break-all text-kumo-subtle">rule {rule}</p>
          <Link
            to="/logs" search={logsSearch(firewall, `RuleID = ${quoteText(rule)}`, place)} title={`Events with RuleID ${rule} in the range of the page`}
            className="flex min-h-6 shrink-0 items-center gap-1 rounded px-1.5 text-kumo-link hover:bg-kumo-fill hover:underline"
          >
            <FunnelIcon size={12} aria-hidden="true" />
            All of this rule
          </Link>
        </div>
      )}
    </li>
  );
}
