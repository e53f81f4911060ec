import type { QueryRequest } from "@/api/run-query";
import { rfc3339 } from "@/lib/clock";
import type { Scope } from "@/lib/search-params";
import { isAllTime, resolveRange, type TimeRange } from "@/lib/time-range";

/**
 * A statement over a scope and a time range as the server is asked it, with the range as it is now.
 * @param asOf Tables at the versions to read; the newest when undefined.
 */
export function requestOf(sql: string, scope: Scope, range: TimeRange, asOf?: string, now = Date.now()): QueryRequest {
  const at = isAllTime(range) ? null : resolveRange(range, now);
  return { sql, account: scope.account, zone: scope.zone ?? undefined, from: at ? rfc3339(at.from) : undefined, to: at ? rfc3339(at.to) : undefined, asOf };
}
