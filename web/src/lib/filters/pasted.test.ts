import { describe, expect, it } from "vitest";
import { conditionOf, filterWords } from "./filter";
import { filtersOfPasted } from "./pasted";

const fields = [
  { name: "ClientIP", type: "string" }, { name: "EdgeResponseStatus", type: "int" }, { name: "ClientRequestHost", type: "string" }, { name: "ClientRequestPath", type: "string" },
  { name: "ClientRequestURI", type: "string" }, { name: "RayID", type: "string" }, { name: "ClientASN", type: "int" }, { name: "BotTags", type: "array<string>" },
  { name: "EdgeStartTimestamp", type: "timestamp" }, { name: "CacheTieredFill", type: "bool" },
];
const made = (text: string, of = fields) =>
  filtersOfPasted(text, of).map((filter) => {
    const { field, operator, value } = filterWords(filter);
    return `${field} ${operator} ${value}`;
  });

describe("what is pasted", () => {
  it.each([
    ["ClientIP:203.0.113.86", ["ClientIP is 203.0.113.86"]],
    ["clientip = '203.0.113.86'", ["ClientIP is 203.0.113.86"]],
    ["ClientRequestPath=/it's", ["ClientRequestPath is /it's"]],
    ['"ClientRequestPath": "/a b",', ["ClientRequestPath is /a b"]],
    ["EdgeResponseStatus >= 400", ["EdgeResponseStatus ≥ 400"]],
    ["EdgeResponseStatus != 200", ["EdgeResponseStatus is not 200"]],
    ["WHERE ClientIP = 'a' AND EdgeResponseStatus IN (403, 429)", ["ClientIP is a", "EdgeResponseStatus is any of 403, 429"]],
    ["BotTags:api", ["BotTags contains api"]],
    ["ClientIP: 192.0.2.1\nEdgeResponseStatus: 403\n", ["ClientIP is 192.0.2.1", "EdgeResponseStatus is 403"]],
  ])("is the filter that %s says", (text, filters) => {
    expect(made(text)).toEqual(filters);
  });

  it("is known by its form when it is bare", () => {
    expect(made(" 203.0.113.86 \n")).toEqual(["ClientIP is 203.0.113.86"]);
    expect(made("2001:db8:102:e19a::e690")).toEqual(["ClientIP is 2001:db8:102:e19a::e690"]);
    expect(made("99FD41D2BA2E1FB5-FRA")).toEqual(["RayID is 99fd41d2ba2e1fb5"]);
    expect(made("cf-ray: 99fd41d2ba2e1fb5-FRA")).toEqual(["RayID is 99fd41d2ba2e1fb5"]);
    expect(made("AS13335")).toEqual(["ClientASN is 13335"]);
  });

  it("is one filter when it is a list", () => {
    expect(made("203.0.113.1\r\n203.0.113.2\n\n203.0.113.1")).toEqual(["ClientIP is any of 203.0.113.1, 203.0.113.2"]);
    expect(made("203.0.113.1, 2001:db8::1")).toEqual(["ClientIP is any of 203.0.113.1, 2001:db8::1"]);
    expect(made("AS1 AS2")).toEqual(["ClientASN is any of 1, 2"]);
    expect(made("203.0.113.1\nAS2")).toEqual([]);
  });

  it("is host and path when it is an address of the web", () => {
    expect(made("https://Shop.example.com/checkout#top")).toEqual(["ClientRequestHost is shop.example.com", "ClientRequestPath is /checkout"]);
    expect(made("https://shop.example.com/search?q=a")).toEqual(["ClientRequestHost is shop.example.com", "ClientRequestURI is /search?q=a"]);
    expect(made("http://shop.example.com")).toEqual(["ClientRequestHost is shop.example.com"]);
  });

  it("is a filter for each plain field of a record", () => {
    expect(made('{"ClientIP":"192.0.2.1","EdgeResponseStatus":403,"CacheTieredFill":false,"Nope":1,"BotTags":["a"],"RayID":"","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}')).toEqual([
      "ClientIP is 192.0.2.1", "EdgeResponseStatus is 403", "CacheTieredFill is false",
    ]);
  });

  it("makes no filter of what the dataset does not know, or of values that are none", () => {
    const nothing = ["", "hello world", "Nope:1", "EdgeResponseStatus:abc", "{broken", "[1,2]", "null", "ClientIP = 'a' OR ClientIP = 'b' garbage", "1.2.3", "12:30", "https://"];
    expect(nothing.flatMap((text) => made(text))).toEqual([]);
    expect(made("203.0.113.86", [{ name: "Other", type: "string" }])).toEqual([]);
  });

  it("comes back as it went, whatever the value", () => {
    const types = (name: string) => fields.find((field) => field.name === name);
    for (const value of ["a", "it's", "%_\\", "ü🔒", "a AND b = 'c'", "(", "--"]) {
      const filter = { field: "ClientRequestPath", op: "eq" as const, values: [value] };
      expect(filtersOfPasted(conditionOf([[filter]], types), fields)).toEqual([filter]);
    }
  });
});
