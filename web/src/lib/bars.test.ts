import { expect, it } from "vitest";
import { axisTop, barsPath, bucketAt, peakOf, spanOf, totals, type Stack } from "./bars";

const stack: Stack = { from: 1_000, step: 100, series: [{ counts: [1, 0, 3] }, { counts: [1, 2, 0] }] };

it("adds up what stands on top of each other", () => {
  expect(totals(stack)).toEqual([2, 2, 3]);
  expect(totals({ ...stack, series: [] })).toEqual([]);
  expect(peakOf([2, 5, 5])).toBe(1);
  expect(peakOf([0, 0])).toBe(-1);
});

it.each([[0, 1], [1, 1], [2, 2], [3, 5], [9, 10], [10, 10], [11, 20], [51, 100], [2_716, 5_000]])("ends the axis for %i at %i", (most, top) => {
  expect(axisTop(most)).toBe(top);
});

it("draws the bars of a series above those before it", () => {
  expect(barsPath(stack, 0, 5, 300, 100)).toBe("M0 80h99v20h-99zM200 40h99v60h-99z");
  expect(barsPath(stack, 1, 5, 300, 100)).toBe("M0 60h99v20h-99zM100 60h99v40h-99z");
});

it("draws the least of bars so that it can be seen", () => {
  expect(barsPath({ ...stack, series: [{ counts: [1, 1_000_000] }] }, 0, 1_000_000, 20, 100)).toBe("M0 99h9v1h-9zM10 0h9v100h-9z");
});

it("finds the bucket of a place and the time of buckets", () => {
  expect([-5, 0, 99, 100, 299, 400].map((x) => bucketAt(x, 300, 3))).toEqual([0, 0, 0, 1, 2, 2]);
  expect(spanOf(stack, 2, 1)).toEqual({ from: 1_100, to: 1_300 });
  expect(spanOf(stack, 0, 0)).toEqual({ from: 1_000, to: 1_100 });
});
