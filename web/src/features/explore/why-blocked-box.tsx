import { useMemo, useState } from "react";
import { CaretDownIcon, CaretRightIcon } from "@phosphor-icons/react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Answer } from "@/api/answer";
import { problemOfError } from "@/api/problem";
import { recall, remember } from "@/lib/preferences";
import { recordAt } from "@/lib/result-set";
import { EventChain } from "./event-chain";
import type { Place } from "./place";
import { decisionOf, decisionWords, ruleChain } from "./rule-chain";
import { scoresOf } from "./scores";
import { withoutEvents } from "./why-blocked";

const key = "why-blocked";

interface Props {
  request: Record<string, unknown>;
  events: UseQueryResult<Answer>;
  place: Place;
}

/** Which rules stopped a request, in the order in which they acted, and what its scores say. */
export function WhyBlocked({ request, events, place }: Props) {
  const [isOpen, setOpen] = useState(() => recall(key) !== "closed");
  const set = events.data?.set;
  const chain = useMemo(() => (set ? ruleChain(Array.from({ length: set.count }, (_, row) => recordAt(set, row))) : []), [set]);
  const decision = decisionOf(chain);
  const scores = scoresOf(request);
  const Caret = isOpen ? CaretDownIcon : CaretRightIcon;
  const toggle = () => {
    setOpen(!isOpen);
    remember(key, isOpen ? "closed" : "open");
  };
  return (
    <section aria-label="Why blocked" className="shrink-0 border-b border-kumo-hairline bg-v-info-tint text-xs">
      <h3>
        <button type="button" aria-expanded={isOpen} className="flex min-h-7 w-full items-start gap-1 py-1 pr-3 pl-2 text-left font-semibold break-words" onClick={toggle}>
          <Caret size={10} className="mt-[5px] shrink-0 text-kumo-subtle" aria-hidden="true" />
          <span className="min-w-0">{decision ? decisionWords(decision) : "Why blocked"}</span>
        </button>
      </h3>
      {isOpen && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a pane that scrolls must be reachable by key
        <div className="max-h-[240px] overflow-y-auto pb-1.5" tabIndex={0} role="group" aria-label="Rules and scores">
          {events.error && <p className="px-3 text-v-bad">Its security events could not be read: {problemOfError(events.error).message}</p>}
          {!events.error && !set && <p className="px-3 text-kumo-subtle">Reading firewall_events</p>}
          {set?.count === 0 && <p className="px-3">{withoutEvents(request)}</p>}
          {chain.length > 0 && <EventChain chain={chain} decision={decision} request={request} place={place} />}
          {scores.length > 0 && (
            <dl aria-label="Scores" className="mt-1 grid grid-cols-[auto_auto_1fr] gap-x-3 px-3">
              {scores.map((score) => (
                <div key={score.title} className="contents">
                  <dt className="text-kumo-subtle">{score.title}</dt>
                  <dd className={`w-14 font-mono ${score.marks > 0 ? `v-score v-${score.scale}-${score.marks}` : "v-score"}`}>{String(score.value).padStart(2, "\u2007")}</dd>
                  <dd>{score.words}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </section>
  );
}
