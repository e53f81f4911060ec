import { expect, it } from "vitest";
import type { Dataset } from "@/api/datasets";
import { linkOf, logsSearch } from "./place";

const dataset: Dataset = { name: "http_requests", title: "HTTP requests", scope: "zone", timestampField: "EdgeStartTimestamp", idField: "RayID", fields: [] };

it("leads to the rows of a dataset that meet a condition", () => {
  expect(logsSearch(dataset, "BotScore < 30", { scope: "acme/shop", range: { from: "now-24h", to: "now" } })).toEqual({
    scope: "acme/shop", ds: "http_requests", q: "SELECT * FROM http_requests\nWHERE BotScore < 30\nORDER BY EdgeStartTimestamp DESC\nLIMIT 500", from: "now-24h", to: undefined, row: undefined,
  });
});

it("links to a record by its id, a minute around it", () => {
  const link = linkOf({ RayID: "8f2c41b0", EdgeStartTimestamp: "2026-11-22T10:00:00Z" }, dataset, { scope: "acme/shop" });
  const params = new URL(link ?? "", "http://varve").searchParams;
  expect(params.get("row")).toBe("8f2c41b0");
  expect(params.get("q")).toContain("WHERE RayID = '8f2c41b0'");
  expect([params.get("from"), params.get("to")]).toEqual(["2026-11-22T09:59:00Z", "2026-11-22T10:01:00Z"]);
  expect(linkOf({ EdgeStartTimestamp: "2026-11-22T10:00:00Z" }, dataset, { scope: undefined })).toBeNull();
});
