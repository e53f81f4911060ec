import { describe, expect, it } from "vitest";
import { canonicalTime, defaultRange, instantOf, parsePair, presets, resolveRange, shiftRange, widenRange } from "./time-range";

const now = Date.parse("2026-11-22T14:31:55Z");
const iso = (text: string) => {
  const ms = instantOf(text, now);
  return ms === null ? null : new Date(ms).toISOString();
};

describe("instantOf", () => {
  it.each([
    ["now", "2026-11-22T14:31:55.000Z"],
    ["now-2h", "2026-11-22T12:31:55.000Z"],
    ["NOW - 15 min", "2026-11-22T14:16:55.000Z"],
    ["now+1d", "2026-11-23T14:31:55.000Z"],
    ["2026-11-22", "2026-11-22T00:00:00.000Z"],
    ["2026-11-22 09:30", "2026-11-22T09:30:00.000Z"],
    ["2026-11-22T09:30:00.123456789Z", "2026-11-22T09:30:00.123Z"],
    ["2026-11-22T09:30:00+02:00", "2026-11-22T07:30:00.000Z"],
    ["2026-11-22T09:30:00-0530", "2026-11-22T15:00:00.000Z"],
    ["1795357915", "2026-11-22T14:31:55.000Z"],
    ["1795357915123", "2026-11-22T14:31:55.123Z"],
    ["1795357915123456", "2026-11-22T14:31:55.123Z"],
    ["1795357915123456789", "2026-11-22T14:31:55.123Z"],
  ])("reads %s", (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each(["", "yesterday", "now-", "now-2x", "2026-13-01", "2026-11-22T25:00", "12", "22 Nov"])("refuses %s", (text) => {
    expect(instantOf(text, now)).toBeNull();
  });

  it("reads back every instant it is written as", () => {
    for (let k = 0; k < 300; k++) {
      const ms = now - k * 7_777_777 - k;
      expect(instantOf(new Date(ms).toISOString(), now)).toBe(ms);
      expect(instantOf(String(ms), now)).toBe(ms);
    }
  });
});

describe("ranges", () => {
  it("keeps relative times relative and makes the rest RFC 3339", () => {
    expect(canonicalTime("now - 15 min", now)).toBe("now-15m");
    expect(canonicalTime("2026-11-22 09:30", now)).toBe("2026-11-22T09:30:00Z");
  });

  it("resolves every preset but all time", () => {
    for (const { label, range } of presets) {
      const at = resolveRange(range, now);
      if (label === "All time") expect(at).toBeNull();
      else expect(at!.to).toBe(now);
    }
  });

  it("moves by its own width, there and back", () => {
    const range = { from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" };
    expect(shiftRange(range, -1, now)).toEqual({ from: "2026-11-22T08:00:00Z", to: "2026-11-22T10:00:00Z" });
    expect(shiftRange(shiftRange(range, -1, now), 1, now)).toEqual(range);
  });

  it("reads a pasted pair", () => {
    expect(parsePair("2026-11-22T10:00:00Z/2026-11-22T12:00:00Z", now)).toEqual({ from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" });
    expect(parsePair("now-2h / now", now)).toEqual({ from: "now-2h", to: "now" });
    expect(parsePair("2026-11-22 10:00 - 2026-11-22 12:00", now)).toEqual({ from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" });
    expect(parsePair("now/now-2h", now)).toBeNull();
    expect(parsePair("2026-11-22", now)).toBeNull();
  });

  it("opens with the last day that has data", () => {
    expect(defaultRange("2026-11-22T14:00:00Z", now)).toEqual({ range: { from: "now-24h", to: "now" }, moved: false });
    expect(defaultRange(null, now).moved).toBe(false);
    expect(defaultRange("2026-11-19T13:59:59.812Z", now)).toEqual({
      range: { from: "2026-11-18T14:00:00Z", to: "2026-11-19T14:00:00Z" },
      moved: true,
    });
  });
});

it("widens a range threefold around its middle, and not beyond now", () => {
  const hour = { from: "2026-11-22T10:00:00Z", to: "2026-11-22T11:00:00Z" };
  expect(widenRange(hour, Date.parse("2026-11-23T00:00:00Z"))).toEqual({ from: "2026-11-22T09:00:00Z", to: "2026-11-22T12:00:00Z" });
  expect(widenRange(hour, Date.parse("2026-11-22T11:30:00Z"))).toEqual({ from: "2026-11-22T09:00:00Z", to: "2026-11-22T11:30:00Z" });
  expect(widenRange(hour, Date.parse("2026-11-22T10:30:00Z"))).toEqual({ from: "2026-11-22T09:00:00Z", to: "2026-11-22T11:00:00Z" });
  expect(widenRange({ from: "all", to: "now" }, 0)).toEqual({ from: "all", to: "now" });
});
