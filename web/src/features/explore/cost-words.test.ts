import { describe, expect, it } from "vitest";
import type { ConditionEstimate, Estimate, PlaceEstimate } from "@/api/estimate";
import { adviceOf, conditionText, narrowing, requestWords } from "./cost-words";

const condition = (text: string, filesLeftOut = 0, why = ""): ConditionEstimate => ({ text, filesLeftOut, why });
const place = (conditions: ConditionEstimate[], columns = 3): PlaceEstimate => ({
  dataset: "http_requests", columns: Array.from({ length: columns }, (_, k) => `c${k}`), filesTotal: 5, filesRead: 4, notes: [], conditions,
});
const estimate = (places: PlaceEstimate[], more: Partial<Estimate> = {}): Estimate => ({
  filesTotal: 5, filesRead: 4, bytesTotal: 100, bytesExpected: 50, requestsExpected: 0, millisecondsExpected: 10, isHeavy: false, isCached: false, places, ...more,
});
const time = condition("EdgeStartTimestamp >= '2026-11-30T00:00:00Z' (of the request)", 1);

describe("conditionText", () => {
  it("takes off the brackets that are around the whole, and no others", () => {
    expect(conditionText("(EdgeResponseStatus = 403)")).toBe("EdgeResponseStatus = 403");
    expect(conditionText("((a = 1) OR (b = 2))")).toBe("(a = 1) OR (b = 2)");
    expect(conditionText("(a = 1) OR (b = 2)")).toBe("(a = 1) OR (b = 2)");
  });

  it("writes patterns in words, but leaves values as they are", () => {
    expect(conditionText("(Path ~~* '%~~x%')")).toBe("Path ILIKE '%~~x%'");
    expect(conditionText("(Path !~~ 'it''s ~~%')")).toBe("Path NOT LIKE 'it''s ~~%'");
  });

  it("says the bounds of the request without their mark", () => {
    expect(conditionText(time.text)).toBe("EdgeStartTimestamp >= '2026-11-30T00:00:00Z'");
  });
});

it("says how far a condition narrows", () => {
  const four = place([]);
  expect(narrowing(condition("a", 0), four)).toBe("leaves out no file");
  expect(narrowing(condition("a", 2), four)).toBe("leaves out 2 of 5 files");
  expect(narrowing(condition("a", 0), { ...four, filesTotal: 0 })).toBe("no file to leave out");
});

describe("adviceOf", () => {
  const contains = condition("(Path ~~* '%x%')", 0, "Leaves out no file: only comparisons do.");
  const called = condition("(lower(Path) = 'x')", 0, "Leaves out no file: only comparisons do.");

  it("has nothing to say of what reads nothing", () => {
    expect(adviceOf(estimate([place([contains], 200)], { filesRead: 0 }))).toEqual([]);
    expect(adviceOf(estimate([place([contains], 200)], { isCached: true }))).toEqual([]);
  });

  it("names the time range, the pattern and the columns", () => {
    expect(adviceOf(estimate([place([contains], 200)])).map((text) => text.split(/[ :]/)[0])).toEqual(["Choose", "A", "Name"]);
    expect(adviceOf(estimate([place([time, called])]))).toEqual(["Add a plain comparison (=, <, >, BETWEEN, IN) joined by AND: only these leave out files."]);
    expect(adviceOf(estimate([place([time, condition("(a = 1)", 2)])]))).toEqual([]);
  });
});

it("says where no request is needed", () => {
  expect(requestWords(estimate([]))).toMatch(/^none: /);
  expect(requestWords(estimate([], { filesRead: 0 }))).toBe("none");
  expect(requestWords(estimate([], { requestsExpected: 1200 }))).toBe("about 1,200");
});
