import { describe, expect, it } from "vitest";
import { conditionOf, filterWords, operatorsOf, predicateOf, problemOf, valuesOf, type FieldTypes, type Filter, type Groups } from "./filter";
import { readFilters, withCondition } from "./read";

const fields: Record<string, string> = {
  ClientIP: "string", ClientRequestPath: "string", EdgeResponseStatus: "int", EdgeResponseCompressionRatio: "float", EdgeStartTimestamp: "timestamp",
  CacheTieredFill: "bool", BotTags: "array<string>", BotDetectionIDs: "array<int>", RequestHeaders: "map", "odd name": "string",
};
const types: FieldTypes = (name) => {
  const known = Object.keys(fields).find((each) => each.toLowerCase() === name.toLowerCase());
  return known === undefined ? undefined : { name: known, type: fields[known]! };
};
const read = (condition: string) => readFilters(`SELECT * FROM http_requests WHERE ${condition} LIMIT 5`, types);

/** A small generator of repeatable noise. */
function* noise(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1664525 + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const alphabet = [..."abAB09 '\"%_\\();-,~ü🔒"];

function anyFilter(next: () => number): Filter {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const field = pick(Object.keys(fields));
  const type = fields[field]!;
  const op = pick(operatorsOf(type));
  const value = (): string => {
    if (type === "int" || type === "array<int>") return String(Math.floor(next() * 1000) - 500);
    if (type === "float") return String(Math.round(next() * 1000) / 8 - 20);
    if (type === "bool") return pick(["true", "false"]);
    if (type === "timestamp") return "2026-11-22T10:00:00Z";
    return Array.from({ length: 1 + Math.floor(next() * 8) }, () => pick(alphabet)).join("");
  };
  const counts = { none: 0, one: 1, two: 2, many: 1 + Math.floor(next() * 3) };
  return { field, op, values: Array.from({ length: counts[valuesOf(op)] }, value) };
}

describe("filters", () => {
  it("are conditions that keep rows without a value when they hide one", () => {
    expect(predicateOf({ field: "ClientIP", op: "ne", values: ["it's"] }, "string")).toBe("ClientIP IS DISTINCT FROM 'it''s'");
    expect(predicateOf({ field: "ClientIP", op: "nin", values: ["a", "b"] }, "string")).toBe("coalesce(ClientIP NOT IN ('a', 'b'), TRUE)");
    expect(predicateOf({ field: "ClientRequestPath", op: "has", values: ["50%"] }, "string")).toBe(String.raw`ClientRequestPath ILIKE '%50\%%' ESCAPE '\'`);
    expect(predicateOf({ field: "BotTags", op: "nhas", values: ["x"] }, "array<string>")).toBe("NOT array_contains(BotTags, 'x')");
    expect(predicateOf({ field: "EdgeResponseStatus", op: "btw", values: ["400", "499"] }, "int")).toBe("EdgeResponseStatus BETWEEN 400 AND 499");
    expect(predicateOf({ field: "odd name", op: "nul", values: [] }, "string")).toBe('"odd name" IS NULL');
  });

  it("say what is wrong with a value", () => {
    expect(problemOf({ field: "EdgeResponseStatus", op: "eq", values: ["4x"] }, "int")).toBe("'4x' is no value of the type int.");
    expect(problemOf({ field: "EdgeResponseStatus", op: "eq", values: [""] }, "int")).toBe("A value is missing.");
    expect(problemOf({ field: "EdgeResponseStatus", op: "btw", values: ["1"] }, "int")).toBe("A value is missing.");
    expect(problemOf({ field: "EdgeResponseStatus", op: "has", values: ["1"] }, "int")).toContain("has no 'contains'");
    expect(problemOf({ field: "EdgeStartTimestamp", op: "ge", values: ["yesterday"] }, "timestamp")).toContain("is no value");
    expect(problemOf({ field: "ClientIP", op: "eq", values: [""] }, "string")).toBeNull();
  });

  it("come back from SQL as they went, two hundred times", () => {
    const random = noise(7);
    const next = () => random.next().value;
    for (let k = 0; k < 200; k++) {
      const groups: Groups = Array.from({ length: 1 + Math.floor(next() * 3) }, () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => anyFilter(next)));
      for (const filter of groups.flat()) expect(problemOf(filter, fields[filter.field]!)).toBeNull();
      const sql = withCondition("SELECT * FROM http_requests\nORDER BY EdgeStartTimestamp DESC\nLIMIT 500", conditionOf(groups, types));
      expect(readFilters(sql, types), sql).toEqual({ ok: true, groups });
      expect(withCondition(sql, "")).toBe("SELECT * FROM http_requests\nORDER BY EdgeStartTimestamp DESC\nLIMIT 500");
    }
  });

  it("are read from SQL that a person wrote", () => {
    expect(read("clientip = '1.2.3.4' and EdgeResponseStatus >= 400")).toEqual({
      ok: true, groups: [[{ field: "ClientIP", op: "eq", values: ["1.2.3.4"] }, { field: "EdgeResponseStatus", op: "ge", values: ["400"] }]],
    });
    expect(read("ClientIP = 'a' OR ClientIP = 'b' AND CacheTieredFill = TRUE")).toMatchObject({ ok: true, groups: [[{}], [{}, {}]] });
    expect(read("(ClientIP = 'a')")).toMatchObject({ ok: true, groups: [[{ op: "eq" }]] });
  });

  it.each([
    ["ClientIP <> 'a'", "IS DISTINCT FROM", "<>"],
    ["lower(ClientIP) = 'a'", "lower is no field", "lower"],
    ["ClientIP = ClientRequestPath", "more than a value", "ClientRequestPath"],
    ["(ClientIP = 'a' OR ClientIP = 'b') AND EdgeResponseStatus = 1", "OR inside of brackets", "OR"],
    ["RequestHeaders['x'] = 'a'", "looks into a map", "RequestHeaders"],
    ["ClientIP LIKE 'a%b'", "neither the beginning", "LIKE"],
    ["NOT ClientIP = 'a'", "has a NOT", "NOT"],
    ["Nope = 1", "Nope is no field", "Nope"],
  ])("refuse %s, and say what of it", (condition, reason, part) => {
    const found = read(condition);
    const sql = `SELECT * FROM http_requests WHERE ${condition} LIMIT 5`;
    expect(found.ok).toBe(false);
    if (found.ok) return;
    expect(found.reason).toContain(reason);
    expect(sql.slice(found.start, found.end)).toBe(part);
  });

  it("have words", () => {
    expect(filterWords({ field: "ClientIP", op: "in", values: ["a", ""] })).toEqual({ field: "ClientIP", operator: "is any of", value: "a, ''" });
    expect(filterWords({ field: "EdgeResponseStatus", op: "btw", values: ["1", "2"] }).value).toBe("1 and 2");
  });
});
