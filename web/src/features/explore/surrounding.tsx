import { useMemo, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { contextQuery, type StoredRecord } from "@/api/context";
import type { Dataset } from "@/api/datasets";
import { problemOfError } from "@/api/problem";
import { rfc3339 } from "@/lib/clock";
import { plural } from "@/lib/format";
import { aroundAnchor } from "@/lib/surroundings";
import { textOf } from "./cells";
import type { OpenedRecord } from "./opened-records";
import { logsSearch, type Place } from "./place";
import { RecordTable } from "./record-table";
import { sameChoices, setOfRecords } from "./surrounding-line";

const step = 10;
const aroundMs = 600_000;
/** As many as the server gives. */
const countMax = 500;
const more = "min-h-7 w-full px-3 text-left text-xs text-kumo-link hover:bg-kumo-tint hover:underline disabled:text-kumo-subtle disabled:hover:bg-transparent disabled:hover:no-underline";

interface Props {
  record: StoredRecord;
  dataset: Dataset;
  place: Place;
  onOpen: (opened: OpenedRecord) => void;
}

/** The records before and after one, of all, of the same client or of the same host. */
export function Surrounding({ record, dataset, place, onOpen }: Props) {
  const [same, setSame] = useState("all");
  const [wanted, setWanted] = useState({ before: step, after: step });
  const choices = useMemo(() => sameChoices(record, dataset), [record, dataset]);
  const filter = choices.find((choice) => choice.value === same)?.filter ?? null;
  const timeField = dataset.timestampField ?? "";
  const at = textOf(record[timeField]);
  const ms = Date.parse(at);
  // One more than is shown, and the record itself, which stands on both sides: so it is known whether there are more.
  const count = Math.min(countMax, Math.max(wanted.before, wanted.after) + 2);
  const request = Number.isNaN(ms) ? null : { dataset: dataset.name, account: place.account, zone: place.zone, at, count, filter: filter ?? undefined };
  const { data, error, isFetching, isPlaceholderData } = useQuery({ ...contextQuery(request), placeholderData: keepPreviousData });
  const shown = useMemo(() => (data ? aroundAnchor(data, record, timeField, wanted) : null), [data, record, timeField, wanted]);
  const set = useMemo(() => (shown ? setOfRecords(shown.rows, dataset) : null), [shown, dataset]);
  const isWhole = wanted.before + step + 2 > countMax || wanted.after + step + 2 > countMax;
  const choose = (value: string) => {
    setSame(value);
    setWanted({ before: step, after: step });
  };

  if (request === null) return <p className="p-3 text-xs text-kumo-subtle">This answer has no {timeField || "time"} of the record, so what came before and after it is not known. Select that field too.</p>;
  const around = logsSearch(dataset, filter, { scope: place.scope, range: { from: rfc3339(ms - aroundMs), to: rfc3339(ms + aroundMs) } }, dataset.idField ? textOf(record[dataset.idField]) || undefined : undefined);
  return (
    <section aria-label="Surrounding records" aria-busy={isFetching}>
      <div className="flex flex-wrap items-center gap-1.5 border-b border-kumo-hairline px-3 py-1.5 text-xs">
        <select aria-label="Which records" className="h-6 rounded border border-kumo-line bg-kumo-base px-1 text-xs" value={filter === null ? "all" : same} onChange={(e) => choose(e.target.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <Link to="/logs" search={around} title="The ten minutes before and after" className="ml-auto flex min-h-6 items-center text-kumo-link hover:underline">
          Open in Log search
        </Link>
      </div>
      {error && <p className="p-3 text-xs text-v-bad">The records around this one could not be read: {problemOfError(error).message}</p>}
      {!error && (!shown || !set) && <p className="p-3 text-xs text-kumo-subtle">Reading {dataset.name}</p>}
      {!error && shown && set && (
        <div className={isPlaceholderData ? "opacity-60" : ""}>
          <p className="sr-only" role="status">
            {plural(shown.anchor, "record")} before, {plural(shown.rows.length - shown.anchor - 1, "record")} after
          </p>
          <button type="button" className={more} disabled={!shown.hasMoreBefore || isWhole} onClick={() => setWanted({ ...wanted, before: wanted.before + step })}>
            {!shown.hasMoreBefore ? "No earlier record" : isWhole ? "Earlier ones are in Log search" : `${step} more before`}
          </button>
          <RecordTable label="Records in order" set={set} dataset={dataset} anchor={shown.anchor} onOpen={(row) => row !== shown.anchor && onOpen({ set, row, dataset: dataset.name })} />
          <button type="button" className={more} disabled={!shown.hasMoreAfter || isWhole} onClick={() => setWanted({ ...wanted, after: wanted.after + step })}>
            {!shown.hasMoreAfter ? "No later record" : isWhole ? "Later ones are in Log search" : `${step} more after`}
          </button>
        </div>
      )}
    </section>
  );
}
