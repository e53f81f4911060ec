import { expect, it } from "vitest";
import type { Dataset } from "@/api/datasets";
import { tailPlan } from "./tail-plan";

const field = (name: string, type = "string") => ({ name, type });
const dataset: Dataset = {
  name: "http_requests", title: "", scope: "zone", timestampField: "EdgeStartTimestamp",
  fields: [field("EdgeStartTimestamp", "timestamp"), field("ClientIP"), field("WAFFlags", "array<string>")],
};
const scope = { account: "acme", zone: "example.com" };
const plan = (sql: string) => tailPlan(sql, dataset, scope);

it("follows all fields of a plain statement, with its condition", () => {
  const found = plan("SELECT * FROM http_requests WHERE ClientIP = '192.0.2.1' AND 1 = 1 ORDER BY EdgeStartTimestamp DESC LIMIT 500;");
  expect(found).toEqual({
    ok: true,
    columns: [
      { name: "EdgeStartTimestamp", type: "timestamp", field: "EdgeStartTimestamp" }, { name: "ClientIP", type: "string", field: "ClientIP" },
      { name: "WAFFlags", type: "array", field: "WAFFlags" },
    ],
    request: { dataset: "http_requests", account: "acme", zone: "example.com", filter: "ClientIP = '192.0.2.1' AND 1 = 1", columns: [] },
  });
});

it("follows fields by their names, in any case and once", () => {
  const found = plan('SELECT clientip, "EdgeStartTimestamp", ClientIP FROM http_requests');
  expect(found.ok && found.request.columns).toEqual(["ClientIP", "EdgeStartTimestamp"]);
});

it.each([
  ["SELECT count(*) FROM http_requests", /groups/],
  ["SELECT ClientIP FROM http_requests GROUP BY ClientIP", /groups/],
  ["SELECT DISTINCT ClientIP FROM http_requests", /groups/],
  ["SELECT lower(ClientIP) FROM http_requests", /more than fields/],
  ["SELECT ClientIP AS ip FROM http_requests", /more than fields/],
  ["SELECT ClientIP, FROM http_requests x", /more than a name after FROM/],
  ["SELECT Nope FROM http_requests", /Nope is no field/],
  ["SELECT * FROM http_requests ORDER BY ClientIP", /sort by time/],
  ["SELECT * FROM http_requests ORDER BY EdgeStartTimestamp", /sort by time/],
  ["SELECT * FROM http_requests OFFSET 5", /skips rows/],
  ["SELECT * FROM dns_logs", /not known/],
  ["SELECT * FROM http_requests UNION SELECT * FROM http_requests", /SELECT inside|combines/],
  ["", /not a SELECT/],
])("says why it can't follow %s", (sql, reason) => {
  const found = plan(sql);
  expect(found.ok ? "" : found.reason).toMatch(reason);
});
