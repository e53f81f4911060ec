import { describe, expect, it } from "vitest";
import { valuePlaceAt } from "./value-place";

const start = "SELECT * FROM http_requests WHERE ";
const at = (condition: string) => {
  const place = valuePlaceAt(start + condition);
  return place && { ...place, from: place.from - start.length };
};

describe("the field before the cursor", () => {
  it.each([
    ["ClientIP =", { field: "ClientIP", prefix: "", from: 10, isQuoted: false }],
    ["ClientIP = '", { field: "ClientIP", prefix: "", from: 12, isQuoted: true }],
    ["ClientIP = '203.0", { field: "ClientIP", prefix: "203.0", from: 12, isQuoted: true }],
    ["a = 1 AND ClientRequestPath <> '/it''s", { field: "ClientRequestPath", prefix: "/it's", from: 32, isQuoted: true }],
    ["EdgeResponseStatus = 40", { field: "EdgeResponseStatus", prefix: "40", from: 21, isQuoted: false }],
    ["EdgeResponseStatus IN (", { field: "EdgeResponseStatus", prefix: "", from: 23, isQuoted: false }],
    ["EdgeResponseStatus NOT IN (403, 42", { field: "EdgeResponseStatus", prefix: "42", from: 32, isQuoted: false }],
    ["ClientIP IN ('a', 'b',  ", { field: "ClientIP", prefix: "", from: 24, isQuoted: false }],
    ["ClientIP IN ('a', 'b", { field: "ClientIP", prefix: "b", from: 19, isQuoted: true }],
    ["ClientRequestPath LIKE '/check", { field: "ClientRequestPath", prefix: "/check", from: 24, isQuoted: true }],
    ["ClientRequestPath not ilike '", { field: "ClientRequestPath", prefix: "", from: 29, isQuoted: true }],
    ["ClientIP IS DISTINCT FROM '1", { field: "ClientIP", prefix: "1", from: 27, isQuoted: true }],
    ["ClientIP IS NOT DISTINCT FROM ", { field: "ClientIP", prefix: "", from: 30, isQuoted: false }],
    ['"odd name" = \'', { field: "odd name", prefix: "", from: 14, isQuoted: true }],
  ])("is known after %s", (condition, place) => {
    expect(at(condition)).toEqual(place);
  });

  it.each([
    "", "ClientIP", "ClientIP = 'a'", "ClientIP = 'a' ", "ClientIP = 'a' AND ", "ClientIP > ", "ClientRequestPath LIKE '%", "lower(ClientIP) = '", "coalesce(", "ClientIP = -- '", "ClientIP = /* a",
    "ClientIP IN ('a'", "x IN (lower('a'), '", "NOT = '", "SELECT DISTINCT FROM '",
  ])("is none after %s", (condition) => {
    expect(at(condition)).toBeNull();
  });

  it("never throws, wherever the cursor is", () => {
    const sql = `${start}"odd name" IN ('it''s', 1) AND NOT (a LIKE '%x' ESCAPE '\\') -- end\nORDER BY b DESC LIMIT 5;`;
    for (let k = 0; k <= sql.length; k++) {
      const place = valuePlaceAt(sql.slice(0, k));
      if (place) expect(place.from).toBeLessThanOrEqual(k);
    }
  });
});
