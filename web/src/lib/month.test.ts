import { describe, expect, it } from "vitest";
import { addMonths, dayByKey, dayLabel, dayMs, dayOf, daysBetween, daysOf, firstOfMonth, monthLabel, rangeOfDays, weeksOf } from "./month";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const text = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 10));
const months = Array.from({ length: 12 * 60 }, (_, k) => Date.UTC(1990, k, 1));

describe("months", () => {
  it("has every day of a month once, in order, each under its weekday", () => {
    for (const first of months) {
      const weeks = weeksOf(first);
      const days = weeks.flat().filter((each) => each !== null);
      expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
      expect(days[0]).toBe(first);
      expect(days.at(-1)! + dayMs).toBe(addMonths(first, 1));
      expect(days.every((each, k) => each === first + k * dayMs)).toBe(true);
      for (const week of weeks) for (const [k, each] of week.entries()) if (each !== null) expect(new Date(each).getUTCDay()).toBe((k + 1) % 7);
    }
  });

  it.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2026-01-15", -1, "2025-12-15"],
    ["2026-05-31", 18, "2027-11-30"],
  ])("is %s and %i months on", (from, by, to) => {
    expect(text(addMonths(day(from), by))).toBe(to);
  });

  it("comes back from where it went, but for the ends of months", () => {
    for (const first of months) for (const by of [-25, -1, 0, 1, 13]) expect(addMonths(addMonths(first, by), -by)).toBe(first);
  });
});

describe("keys", () => {
  it.each([
    ["ArrowLeft", "2026-10-31"],
    ["ArrowRight", "2026-11-02"],
    ["ArrowUp", "2026-10-25"],
    ["ArrowDown", "2026-11-08"],
    ["Home", "2026-10-26"],
    ["End", "2026-11-01"],
    ["PageUp", "2026-10-01"],
    ["PageDown", "2026-12-01"],
    ["x", null],
  ])("%s leads from Sunday, November 1, 2026 to %s", (key, to) => {
    expect(text(dayByKey(key, day("2026-11-01")))).toBe(to);
  });

  it("stays in the week with Home and End", () => {
    for (let k = 0; k < 400; k++) {
      const at = day("2026-01-01") + k * dayMs;
      const [home, end] = [dayByKey("Home", at)!, dayByKey("End", at)!];
      expect(end - home).toBe(6 * dayMs);
      expect(home <= at && at <= end).toBe(true);
      expect(new Date(home).getUTCDay()).toBe(1);
    }
  });
});

describe("days and ranges", () => {
  it("takes two days in either order, with all hours of both", () => {
    const days = daysBetween(day("2026-11-22"), day("2026-11-20"));
    expect(rangeOfDays(days)).toEqual({ from: "2026-11-20T00:00:00Z", to: "2026-11-23T00:00:00Z" });
  });

  it("has the days back from the range they made", () => {
    for (let k = 0; k < 200; k++) {
      const days = daysBetween(dayOf(1.7e12) + k * 3 * dayMs, dayOf(1.7e12) + ((k * 7) % 90) * dayMs);
      const { from, to } = rangeOfDays(days);
      expect(daysOf({ from: Date.parse(from), to: Date.parse(to) })).toEqual(days);
    }
  });

  it("touches a day of which it has only a part", () => {
    expect(daysOf({ from: Date.parse("2026-11-20T23:59:00Z"), to: Date.parse("2026-11-21T00:00:01Z") })).toEqual({ first: day("2026-11-20"), last: day("2026-11-21") });
  });

  it("is written in words", () => {
    expect(monthLabel(day("2026-11-22"))).toBe("November 2026");
    expect(dayLabel(day("2026-11-22"))).toBe("Sunday, November 22, 2026");
    expect(text(firstOfMonth(day("2026-11-22")))).toBe("2026-11-01");
  });
});
