import { expect, it } from "vitest";
import { barsOf, hitsRequestOf } from "./histogram";

const run = (sql: string) => ({ sql, account: "acme", zone: "shop", from: "2026-11-22T00:00:00Z" });

it("counts what the statement's condition finds", () => {
  expect(hitsRequestOf(run("SELECT * FROM http_requests\nWHERE BotScore = 1 AND ClientIP = 'a;b'\nORDER BY EdgeStartTimestamp DESC LIMIT 5"), "ClientIP")).toEqual({
    dataset: "http_requests", account: "acme", zone: "shop", from: "2026-11-22T00:00:00Z", to: undefined, filter: "BotScore = 1 AND ClientIP = 'a;b'", by: "ClientIP",
  });
  expect(hitsRequestOf(run("SELECT * FROM http_requests LIMIT 5"), undefined)?.filter).toBeUndefined();
});

it.each(["SELECT count(*) FROM http_requests", "SELECT a FROM b JOIN c USING (d)", "nonsense"])("counts nothing for %s", (sql) => {
  expect(hitsRequestOf(run(sql), undefined)).toBeNull();
});

it("names each series and keeps grey for the others", () => {
  const hits = { stepSeconds: 60, total: 6, series: [{ value: "200", isOther: false, counts: [1] }, { value: null, isOther: false, counts: [2] }, { isOther: true, counts: [3] }] };
  expect(barsOf(hits).map((s) => s.label)).toEqual(["200", "none", "other"]);
  expect(barsOf(hits)[2]!.colour).toBe("var(--color-v-none)");
  expect(barsOf({ ...hits, series: hits.series.slice(2) }).map((s) => s.label)).toEqual(["all"]);
});
