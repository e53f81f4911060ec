import { expect, it } from "vitest";
import { ago, clockMs, rangeLabel } from "./clock";
import { bytes, compact, duration, percent, span } from "./format";

it("writes counts with three figures", () => {
  expect([0, 9999, 10_100, 999_499, 999_500, 6_490_000, 1_200_000_000].map(compact)).toEqual(["0", "9,999", "10.1 k", "999 k", "1.00 M", "6.49 M", "1.20 bn"]);
});

it("writes bytes in decimal units", () => {
  expect([0, 999, 1000, 4_480_000, 999_600, 61_300_000_000].map(bytes)).toEqual(["0 B", "999 B", "1.00 kB", "4.48 MB", "1.00 MB", "61.3 GB"]);
});

it("never shows more than four figures, whatever the size", () => {
  for (let exponent = 0; exponent < 15; exponent += 0.05) {
    const n = 10 ** exponent;
    expect(bytes(n)).toMatch(/^\d{1,3}(\.\d{1,2})? (B|kB|MB|GB|TB|PB)$/);
    if (n >= 10_000 && n < 9e11) expect(compact(n)).toMatch(/^\d{1,3}(\.\d{1,2})? (k|M|bn)$/);
  }
});

it("writes shares, durations and widths", () => {
  expect([0, 0.0005, 0.0067, 0.088, 0.13, 1].map(percent)).toEqual(["0 %", "0.05 %", "0.7 %", "8.8 %", "13 %", "100 %"]);
  expect([0.4, 270, 6400, 125_000].map(duration)).toEqual(["0 ms", "270 ms", "6.4 s", "2 min 5 s"]);
  expect([45_000, 2_400_000, 86_400_000, 604_800_000].map(span)).toEqual(["45 s", "40 min", "24 h", "7 d"]);
});

it("writes times in UTC", () => {
  const at = Date.parse("2026-11-22T09:56:59.863Z");
  expect(clockMs(at)).toBe("09:56:59.863");
  expect(rangeLabel(at, at + 600_000, at)).toBe("Nov 22, 09:56:59 – 10:06:59");
  expect(rangeLabel(at - 86_400_000 * 2, at, at)).toBe("Nov 20 09:56:59 – Nov 22 09:56:59");
  expect(ago(at - 180_000, at)).toBe("3 min ago");
});
