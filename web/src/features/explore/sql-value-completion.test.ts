import { describe, expect, it } from "vitest";
import { valueOptions, valueText } from "./sql-value-completion";

describe("a completed value", () => {
  it("gets the quotes that are missing", () => {
    expect(valueText("it's", "string", { isQuoted: false }, "", false)).toBe("'it''s'");
    expect(valueText("it's", "string", { isQuoted: false }, "", true)).toBe(" 'it''s'");
    expect(valueText("it's", "string", { isQuoted: true }, "'", false)).toBe("it''s");
    expect(valueText("a", "string", { isQuoted: true }, " ", false)).toBe("a'");
    expect(valueText("403", "int", { isQuoted: false }, "", true)).toBe(" 403");
  });

  it("is one of the frequent ones, or one that the field may have besides", () => {
    const found = { field: "CacheCacheStatus", rows: 30, values: [{ value: "hit", count: 20_000 }, { value: "", count: 5 }, { value: null, count: 2 }, { value: "miss", count: 1 }] };
    const labels = (prefix: string) => valueOptions(found, { type: "string", enum: ["hit", "miss", "expired", "error"] }, prefix, (value) => value).map((each) => `${each.label} ${each.detail}`);
    expect(labels("")).toEqual(["hit 20.0 k", "miss 1", "expired ", "error "]);
    expect(labels("EX")).toEqual(["hit 20.0 k", "miss 1", "expired "]);
    expect(valueOptions(null, { type: "string", enum: undefined }, "", (value) => value)).toEqual([]);
  });
});
