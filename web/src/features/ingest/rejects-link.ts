import type { IngestTarget, ReasonFigures } from "@/api/ingest-status";
import { formatScope, type ExploreSearch } from "@/lib/search-params";
import { quoteText } from "@/lib/sql/tokens";

const columns = "ReceivedAt, Reason, Source, LineNumber, Line";

function search(target: IngestTarget, where: string): ExploreSearch {
  const sql = `SELECT ${columns}\nFROM _rejects\nWHERE Dataset = ${quoteText(target.dataset)}${where}\nORDER BY ReceivedAt DESC\nLIMIT 500`;
  return { scope: formatScope(target), ds: "_rejects", q: sql, from: "all" };
}

/** The address of Log search that shows the rejected lines of a table, or the one line that stands for a reason. */
export function rejectsSearch(target: IngestTarget, example?: ReasonFigures): ExploreSearch {
  if (!example) return search(target, "");
  const line = typeof example.exampleLine === "number" ? ` AND LineNumber = ${example.exampleLine}` : "";
  return search(target, `\n  AND Source = ${quoteText(example.exampleSource)}${line}`);
}
