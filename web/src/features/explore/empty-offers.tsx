import { useMemo } from "react";
import { useQueries } from "@tanstack/react-query";
import { Button } from "@cloudflare/kumo/components/button";
import type { Field } from "@/api/datasets";
import { countQuery } from "@/api/hits";
import { plural } from "@/lib/format";
import { offersOf, type Offer } from "./offers";
import { AllTimeButton } from "./results-pane";
import type { Explore } from "./use-explore";

const noFields: readonly Field[] = [];

/** Below an empty answer: what could be left out or widened, each with the rows that it would bring. */
export function EmptyOffers({ explore }: { explore: Explore }) {
  const { run, commit, dataset, search } = explore;
  const { request, startedAt } = run;
  const fields = dataset?.fields ?? noFields;
  const offers = useMemo(() => {
    const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
    return request && byName.size > 0 ? offersOf(request, (name) => byName.get(name.toLowerCase()), Date.now()) : [];
  }, [request, fields]);
  const counts = useQueries({ queries: offers.map((offer) => countQuery(offer.count, startedAt)) });
  const take = (offer: Offer) => void commit(offer.range ?? {}, offer.sql);
  return (
    <div className="flex flex-col items-center gap-3">
      {offers.length > 0 && (
        <ul aria-label="What would bring rows" className="flex flex-col items-stretch gap-1">
          {offers.map((offer, k) => (
            <li key={offer.label}>
              <OfferButton offer={offer} rows={counts[k]?.data} isAsked={counts[k]?.isPending ?? true} onTake={() => take(offer)} />
            </li>
          ))}
        </ul>
      )}
      {search.from !== "all" && <AllTimeButton onClick={() => void commit({ from: "all", to: undefined })} />}
    </div>
  );
}

function OfferButton({ offer, rows, isAsked, onTake }: { offer: Offer; rows: number | undefined; isAsked: boolean; onTake: () => void }) {
  // One that would change nothing is still said: it tells which of the filters is not the cause.
  const words = isAsked ? "counting" : rows === undefined ? "not counted" : rows === 0 ? "no row either" : plural(rows, "row");
  return (
    <Button size="sm" variant={rows ? "secondary" : "ghost"} disabled={rows === 0} className="w-full justify-between gap-4" onClick={onTake}>
      <span className="max-w-[320px] truncate" title={offer.label}>
        {offer.label}
      </span>
      <span className={`num ${rows ? "font-semibold" : ""}`}>{words}</span>
    </Button>
  );
}
