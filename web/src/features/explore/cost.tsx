import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { GaugeIcon } from "@phosphor-icons/react";
import { estimateQuery, type ConditionEstimate, type Estimate, type PlaceEstimate } from "@/api/estimate";
import { problemOfError, type Problem } from "@/api/problem";
import { bytes, duration, int, plural } from "@/lib/format";
import { useSettled } from "@/lib/use-settled";
import { adviceOf, conditionText, narrowing, requestWords } from "./cost-words";
import { requestOf } from "./request";
import type { Explore } from "./use-explore";

const settleMs = 300;

/** What the statement being written would read, before it is run. */
export function Cost({ explore }: { explore: Explore }) {
  const { draft, scope, range } = explore;
  const pinned = explore.search.v;
  const [open, setOpen] = useState(false);
  const isSettled = useSettled(draft, settleMs);
  // While it is being written there is no request: the question for the text before is given up.
  const request = useMemo(() => (isSettled && draft?.trim() && scope ? requestOf(draft, scope, range, pinned) : null), [isSettled, draft, scope, range, pinned]);
  const { data, error } = useQuery(estimateQuery(request));
  const shown = data && !error ? bytes(data.bytesExpected) : "–";
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button size="sm" variant="ghost" icon={GaugeIcon} aria-label={data && !error ? `Cost: ${shown}` : "Cost: not known"} title="What this query would read" className="min-w-[84px] justify-center">
            <span className="num">{shown}</span>
          </Button>
        }
      />
      <Popover.Content align="end" className="w-[440px] p-0">
        <Popover.Title className="sr-only">What this query would read</Popover.Title>
        {error ? <Failure problem={problemOfError(error)} /> : data ? <Figures estimate={data} /> : <p className="p-3 text-xs text-kumo-subtle">Asking the statistics of the table …</p>}
      </Popover.Content>
    </Popover>
  );
}

function Failure({ problem }: { problem: Problem }) {
  return (
    <div className="p-3 text-xs">
      <p className="font-medium">What it would read is not known</p>
      <p className="mt-1 break-words text-kumo-subtle">{problem.message}</p>
      {problem.suggestion && !problem.message.includes(problem.suggestion) && <p className="mt-1 text-kumo-subtle">{problem.suggestion}</p>}
    </div>
  );
}

function Figures({ estimate }: { estimate: Estimate }) {
  const advice = adviceOf(estimate);
  return (
    <div className="max-h-[70vh] overflow-y-auto text-xs">
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 p-3">
        <Figure name="Bytes" value={`${bytes(estimate.bytesExpected)} of ${bytes(estimate.bytesTotal)}`} />
        <Figure name="Files" value={`${int(estimate.filesRead)} of ${plural(estimate.filesTotal, "file")}`} />
        <Figure name="Requests" value={requestWords(estimate)} />
        <Figure name="Likely time" value={estimate.isCached ? "at once: the answer is known already" : duration(estimate.millisecondsExpected)} />
      </dl>
      {estimate.isHeavy && <p className="px-3 pb-3 text-kumo-subtle">It reads much, so it runs apart from light queries and may wait for its turn.</p>}
      {estimate.places.map((place, index) => (
        // The same dataset may be named in several places of a statement.
        // oxlint-disable-next-line react/no-array-index-key
        <Place key={index} place={place} isOnly={estimate.places.length === 1} />
      ))}
      {advice.length > 0 && (
        <section aria-label="Advice" className="border-t border-kumo-hairline bg-v-info-tint px-3 py-2">
          <ul className="flex flex-col gap-1">
            {advice.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt className="text-kumo-subtle">{name}</dt>
    <dd className="num font-medium">{value}</dd>
  </>
);

function Place({ place, isOnly }: { place: PlaceEstimate; isOnly: boolean }) {
  return (
    <section aria-label={`How ${place.dataset} is narrowed`} className="border-t border-kumo-hairline px-3 py-2">
      <h3 className="font-semibold">{isOnly ? "How each filter narrows" : `${place.dataset}: ${int(place.filesRead)} of ${plural(place.filesTotal, "file")}`}</h3>
      {place.conditions.length === 0 && <p className="mt-1 text-kumo-subtle">There is no filter, so every file is read.</p>}
      <ul className="mt-1 flex flex-col gap-2">
        {place.conditions.map((condition, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <Condition key={index} condition={condition} place={place} />
        ))}
      </ul>
      {place.notes.map((note) => (
        <p key={note} className="mt-2 text-kumo-subtle">
          {note}
        </p>
      ))}
    </section>
  );
}

function Condition({ condition, place }: { condition: ConditionEstimate; place: PlaceEstimate }) {
  return (
    <li>
      <div className="flex items-baseline justify-between gap-3">
        <code className="min-w-0 font-mono break-words">{conditionText(condition.text)}</code>
        <span className={`num shrink-0 ${condition.filesLeftOut > 0 ? "font-medium" : "text-v-warn"}`}>{narrowing(condition, place)}</span>
      </div>
      <p className="text-kumo-subtle">{condition.why}</p>
    </li>
  );
}
