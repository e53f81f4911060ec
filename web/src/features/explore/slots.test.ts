import { expect, it } from "vitest";
import { slots } from "./slots";

it("shows every row of the window once, each in its own slot, wherever the window is", () => {
  for (const count of [0, 1, 7, 30, 1000]) {
    for (const pool of [1, 10, 38]) {
      for (let first = 0; first < Math.max(1, count); first += 3) {
        const last = Math.min(count - 1, first + Math.max(0, pool - 5));
        const shown = slots(first, last, count, pool);
        expect(shown).toHaveLength(pool);
        const rows = shown.filter((row) => row >= 0);
        expect(new Set(rows).size).toBe(rows.length);
        for (let row = first; row <= last; row++) expect(rows).toContain(row);
        for (const [slot, row] of shown.entries()) if (row >= 0) expect(row % pool).toBe(slot);
      }
    }
  }
});

it("leaves most slots as they were when scrolled by a row", () => {
  const before = slots(100, 125, 1000, 34);
  const after = slots(101, 126, 1000, 34);
  expect(before.filter((row, slot) => row !== after[slot])).toHaveLength(1);
});
