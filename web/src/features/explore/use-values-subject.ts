import { useMemo } from "react";
import type { ValuesSubject } from "@/api/field-values";
import { rfc3339 } from "@/lib/clock";
import { isAllTime, resolveRange } from "@/lib/time-range";
import type { Explore } from "./use-explore";

/** Where the values of fields are looked for: the dataset and the range of the page. */
export function useValuesSubject({ ds, scope, range, search }: Explore): ValuesSubject {
  return useMemo(() => {
    const at = isAllTime(range) ? null : resolveRange(range, Date.now());
    return { dataset: ds ?? "", account: scope?.account ?? "", zone: scope?.zone ?? undefined, from: at ? rfc3339(at.from) : undefined, to: at ? rfc3339(at.to) : undefined, asOf: search.v };
  }, [ds, scope, range, search.v]);
}
