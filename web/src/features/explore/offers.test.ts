import { describe, expect, it } from "vitest";
import { offersOf } from "./offers";

const names = ["ClientIP", "EdgeResponseStatus", "ClientRequestPath", ...Array.from({ length: 12 }, (_, k) => `F${k}`)];
const types = (name: string) => (names.includes(name) ? { name, type: name === "EdgeResponseStatus" ? "int" : "string" } : undefined);
const now = Date.parse("2026-11-22T12:30:00Z");
const request = (sql: string, more = {}) => ({ sql, account: "a", zone: "z", ...more });
const labels = (sql: string, more = {}) => offersOf(request(sql, more), types, now).map((offer) => offer.label);
const two = "SELECT * FROM http_requests WHERE ClientIP = '192.0.2.1' AND EdgeResponseStatus >= 500 LIMIT 10";

describe("without a filter", () => {
  it("offers each, and all of them", () => {
    expect(labels(two)).toEqual(["Without ClientIP is 192.0.2.1", "Without EdgeResponseStatus ≥ 500", "Without any filter"]);
    expect(offersOf(request(two), types, now).map((offer) => offer.count.filter)).toEqual(["EdgeResponseStatus >= 500", "ClientIP = '192.0.2.1'", undefined]);
    expect(offersOf(request(two), types, now).map((offer) => offer.sql)).toEqual([
      "SELECT * FROM http_requests WHERE EdgeResponseStatus >= 500 LIMIT 10",
      "SELECT * FROM http_requests WHERE ClientIP = '192.0.2.1' LIMIT 10",
      "SELECT * FROM http_requests LIMIT 10",
    ]);
  });

  it("takes a group with its last filter, so that an OR does not let everything in", () => {
    const sql = "SELECT * FROM http_requests WHERE (ClientIP = 'a' AND ClientRequestPath = 'b') OR (EdgeResponseStatus = 500)";
    expect(offersOf(request(sql), types, now).map((offer) => offer.count.filter)).toEqual([
      "(ClientRequestPath = 'b') OR (EdgeResponseStatus = 500)", "(ClientIP = 'a') OR (EdgeResponseStatus = 500)", "ClientIP = 'a' AND ClientRequestPath = 'b'", undefined,
    ]);
  });

  it("never asks more than eight questions at once", () => {
    const many = names.map((name) => `${name} = ${name === "EdgeResponseStatus" ? 1 : "'x'"}`).join(" AND ");
    for (const more of [{}, { from: "2026-11-22T12:00:00Z", to: "2026-11-22T12:10:00Z" }]) expect(labels(`SELECT * FROM http_requests WHERE ${many}`, more)).toHaveLength(8);
  });

  it("has nothing to offer for statements that are more than filters", () => {
    expect(labels("SELECT * FROM http_requests WHERE lower(ClientIP) = 'x'")).toEqual([]);
    expect(labels("SELECT ClientIP FROM http_requests GROUP BY ClientIP HAVING count(*) > 5")).toEqual([]);
    expect(labels("SELECT * FROM http_requests")).toEqual([]);
  });
});

describe("over a wider time", () => {
  const range = (from: string, to: string) => offersOf(request("SELECT * FROM t", { from, to }), types, now).map(({ label, range: wider }) => [label, wider?.from, wider?.to]);

  it("offers an hour and a day around a short range, and does not look beyond now", () => {
    expect(range("2026-11-22T12:00:00Z", "2026-11-22T12:10:00Z")).toEqual([
      ["With an hour around it", "2026-11-22T11:00:00Z", "2026-11-22T12:30:00Z"],
      ["With a day around it", "2026-11-21T12:00:00Z", "2026-11-22T12:30:00Z"],
    ]);
  });

  it("offers a day around a long one, and nothing around a very long one", () => {
    expect(range("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")).toEqual([["With a day around it", "2026-11-19T00:00:00Z", "2026-11-22T00:00:00Z"]]);
    expect(range("2026-10-01T00:00:00Z", "2026-11-21T00:00:00Z")).toEqual([]);
  });
});
