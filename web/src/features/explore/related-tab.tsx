import { useMemo } from "react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Answer } from "@/api/answer";
import { datasetQuery } from "@/api/datasets";
import { problemOfError } from "@/api/problem";
import { recordAt } from "@/lib/result-set";
import { isSame } from "@/lib/surroundings";
import { logsSearch, type Place } from "./place";
import { RecordTable } from "./record-table";
import { relatedMax, type Related } from "./related";
import type { OpenedRecord } from "./opened-records";

const note = "p-3 text-xs text-kumo-subtle";
const link = "inline-flex min-h-6 items-center text-kumo-link hover:underline";

interface Props {
  related: Related;
  answer: UseQueryResult<Answer>;
  /** The record that is open. */
  record: Record<string, unknown>;
  /** Its dataset. */
  of: string | undefined;
  place: Place;
  onOpen: (opened: OpenedRecord) => void;
}

/** The records that belong to the open one, each of which opens in its place. */
export function RelatedTab({ related, answer, record, of, place, onOpen }: Props) {
  const dataset = useQuery(datasetQuery(related.dataset, place.account));
  const found = answer.data?.set;
  const anchor = useMemo(
    () => (found && related.dataset === of ? Array.from({ length: found.count }, (_, row) => row).findIndex((row) => isSame(record, recordAt(found, row))) : -1),
    [found, related.dataset, of, record],
  );
  const error = answer.error ?? dataset.error;
  if (error) return <p className="p-3 text-xs text-v-bad">{`${related.dataset} could not be read: ${problemOfError(error).message}`}</p>;
  if (!answer.data || !dataset.data) return <p className={note}>Reading {related.dataset}</p>;
  const { set, isComplete } = answer.data;
  const { from, to } = related.request;
  const range = { from: from ?? "all", to: to ?? "now" };
  const isByRay = related.value !== "client";
  return (
    <section aria-label={related.label}>
      {!isComplete && <p className="px-3 pt-2 text-xs text-v-warn">Not all files could be read, so records may be missing.</p>}
      {set.count === 0 ? (
        <p className={note}>{related.none}</p>
      ) : (
        <RecordTable label={related.label} set={set} dataset={dataset.data} anchor={anchor} onOpen={(row) => row !== anchor && onOpen({ set, row, dataset: related.dataset })} />
      )}
      <p className="flex items-center gap-3 px-3 py-1.5 text-xs">
        <Link to="/logs" search={logsSearch(dataset.data, related.condition, { scope: place.scope, range })} className={link}>
          Open in Log search
        </Link>
        {isByRay && (
          <Link to="/logs" search={logsSearch(dataset.data, related.condition, { scope: place.scope, range: { from: "all", to: "now" } })} className={link}>
            Look over all time
          </Link>
        )}
        {set.count >= relatedMax && <span className="text-kumo-subtle">The {isByRay ? "first" : "newest"} {relatedMax} are shown.</span>}
      </p>
    </section>
  );
}

/** `12`, or `100+` where there may be more than were asked for; nothing while it is not known. */
export const countWords = (answer: UseQueryResult<Answer>): string => (answer.data ? ` ${answer.data.set.count}${answer.data.set.count >= relatedMax ? "+" : ""}` : "");
