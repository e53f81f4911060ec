import { useMemo } from "react";
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { countQuery } from "@/api/hits";
import { datasetQuery, type Dataset, type DatasetSummary } from "@/api/datasets";
import { rfc3339 } from "@/lib/clock";
import { entityOf, entityWords, fieldOfKind, type EntityKind } from "@/lib/entities";
import { elementPredicate, predicateOf } from "@/lib/sql/edit";
import { resolveRange } from "@/lib/time-range";
import type { Place } from "./place";

/** At most so many datasets are asked for how often they have a value. */
export const elsewhereMax = 6;

export interface Elsewhere {
  dataset: Dataset;
  condition: string;
}

/** The condition by which a dataset is searched for an entity; null when it has no field of its kind. */
export function conditionFor(entity: { kind: EntityKind; value: string }, fields: Dataset["fields"]): string | null {
  const field = fieldOfKind(entity.kind, fields);
  if (!field) return null;
  if (!field.type.startsWith("array")) return predicateOf(field.name, field.type, entity.value, false);
  return elementPredicate(field.name, field.type === "array<int>" ? Number(entity.value) : entity.value, false);
}

/** The datasets with rows in which the entity behind a value can be looked for, that of the value first, each with how many rows have it. */
export function useElsewhere(name: string, value: unknown, of: string | undefined, summaries: readonly DatasetSummary[], place: Place) {
  const entity = useMemo(() => entityOf(name, value), [name, value]);
  const stored = useMemo(() => (entity === null ? [] : summaries.filter((each) => each.table).toSorted((a, b) => Number(b.name === of) - Number(a.name === of))), [entity, summaries, of]);
  const details = useQueries({ queries: stored.map((each) => datasetQuery(each.name, place.account)) });
  const found: Elsewhere[] = details
    .flatMap(({ data }) => {
      const condition = data && entity ? conditionFor(entity, data.fields) : null;
      return data && condition !== null ? [{ dataset: data, condition }] : [];
    })
    .slice(0, elsewhereMax);
  const span = useMemo(() => {
    const at = resolveRange(place.range, Date.now());
    return { from: at ? rfc3339(at.from) : undefined, to: at ? rfc3339(at.to) : undefined };
  }, [place.range]);
  const counts: UseQueryResult<number>[] = useQueries({
    queries: found.map(({ dataset, condition }) => countQuery({ dataset: dataset.name, account: place.account, zone: place.zone, ...span, filter: condition })),
  });
  return { words: entity && entityWords(entity.kind), isReading: details.some((each) => each.isPending), found: found.map((each, k) => ({ ...each, count: counts[k]! })) };
}
