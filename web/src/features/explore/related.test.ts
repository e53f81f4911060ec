import { expect, it } from "vitest";
import type { Dataset } from "@/api/datasets";
import { rayOf, relatedOf } from "./related";

const place = { account: "acme", zone: "shop", scope: "acme/shop", range: { from: "now-24h", to: "now" } };
const field = (name: string, type = "string") => ({ name, type });
const dataset = (name: string, timestampField: string | null, fields: Dataset["fields"]): Dataset => ({ name, title: name, scope: "zone", timestampField, fields });
const http = dataset("http_requests", "EdgeStartTimestamp", [field("ClientIP"), field("RayID"), field("EdgeStartTimestamp", "timestamp")]);
const firewall = dataset("firewall_events", "Datetime", [field("ClientIP"), field("RayID"), field("Datetime", "timestamp")]);
const request = { RayID: "8f2c41b09d3e7a15", ClientIP: "192.0.2.1", EdgeStartTimestamp: "2026-11-22T10:00:00.123456Z" };

it("looks for the events of a Ray ID within an hour, and for the client within ten minutes", () => {
  const [events, client, ...rest] = relatedOf(request, http, place);
  expect(rest).toEqual([]);
  expect(events?.request).toEqual({
    sql: "SELECT * FROM firewall_events WHERE RayID = '8f2c41b09d3e7a15' ORDER BY Datetime LIMIT 100",
    account: "acme", zone: "shop", from: "2026-11-22T09:00:00.123Z", to: "2026-11-22T11:00:00.123Z",
  });
  expect(client?.request).toEqual({
    sql: "SELECT * FROM http_requests WHERE ClientIP = '192.0.2.1' ORDER BY EdgeStartTimestamp DESC LIMIT 100",
    account: "acme", zone: "shop", from: "2026-11-22T09:50:00.123Z", to: "2026-11-22T10:10:00.123Z",
  });
});

it("looks for the request of a firewall event, and for what else acted on it", () => {
  expect(relatedOf({ ...request, Datetime: "2026-11-22T10:00:00Z" }, firewall, place).map((each) => each.value)).toEqual(["request", "events", "client"]);
});

it("asks nothing without a Ray ID and a client, or without a time", () => {
  expect(relatedOf({ ...request, RayID: "00", ClientIP: "" }, http, place)).toEqual([]);
  expect(relatedOf({ RayID: "8f2c41b0", ClientIP: "192.0.2.1" }, http, place)).toEqual([]);
  expect(relatedOf(request, { ...http, timestampField: null }, place)).toEqual([]);
  expect(rayOf({})).toBeNull();
});
