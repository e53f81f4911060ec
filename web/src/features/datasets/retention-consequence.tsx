import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { countQuery } from "@/api/hits";
import type { Retention, TablePlace } from "@/api/maintenance";
import { problemOfError } from "@/api/problem";
import { rfc3339 } from "@/lib/clock";
import { int } from "@/lib/format";
import { instant } from "./maintenance-words";
import { cutOffOf } from "./retention-rule";

interface Props {
  place: TablePlace;
  retention: Retention;
  oldest: string | null | undefined;
}

/** What a retention that is not saved yet would let go. */
export function RetentionConsequence({ place, retention, oldest }: Props) {
  const [now] = useState(() => Date.now());
  const cutOff = cutOffOf(retention, now);
  const isPast = cutOff !== null && Date.parse(oldest ?? "") < cutOff;
  const to = cutOff === null ? undefined : rfc3339(cutOff);
  const count = useQuery({
    ...countQuery({ dataset: place.dataset, account: place.account, zone: place.zone ?? undefined, from: oldest ?? undefined, to, filter: "" }),
    enabled: isPast,
  });
  if (to === undefined) return null;
  return (
    <>
      <p className="num">Records before {instant(to)} go within the hour, but for what a hold keeps.</p>
      {isPast ? (
        <p role="status" className="num">
          {count.data === undefined && !count.error && "Counting them"}
          {count.data !== undefined && `There ${count.data === 1 ? "is" : "are"} ${int(count.data)} of them, the oldest of ${instant(oldest)}.`}
          {count.error && `The oldest is of ${instant(oldest)}. They can’t be counted: ${problemOfError(count.error).message}`}
        </p>
      ) : (
        <p className="num">{oldest ? `None is that old yet: the oldest is of ${instant(oldest)}.` : "The table has no record."}</p>
      )}
    </>
  );
}
