import { describe, expect, it } from "vitest";
import { aroundAnchor, inOrder, withAnchor } from "./surroundings";

const at = (second: number, id: string) => ({ Time: `2026-11-22T10:00:${String(second).padStart(2, "0")}Z`, RayID: id });
const ids = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row.RayID).join("");

describe("records around an instant", () => {
  it("stand in order, those of the instant itself once", () => {
    const before = [at(5, "c"), at(5, "d"), at(3, "b"), at(1, "a")];
    const after = [at(5, "c"), at(5, "d"), at(7, "e")];
    expect(ids(inOrder({ before, after }, "Time"))).toBe("abcde");
    expect(ids(inOrder({ before: [at(3, "b"), at(1, "a")], after: [at(4, "c")] }, "Time"))).toBe("abc");
    expect(ids(inOrder({ before: [], after: [] }, "Time"))).toBe("");
    expect(ids(inOrder({ before: [at(1, "a")], after: [] }, "Time"))).toBe("a");
  });

  it("hold the record that was open, found by the fields that the answer had of it", () => {
    const rows = [at(1, "a"), at(5, "b"), at(5, "c"), at(9, "d")];
    expect(withAnchor(rows, { Time: at(5, "").Time, RayID: "c", extra: 1 }, "Time")).toEqual({ rows, anchor: 2 });
  });

  it("get the record put in where it belongs when the answer was cut before it", () => {
    const { rows, anchor } = withAnchor([at(1, "a"), at(9, "d")], at(5, "x"), "Time");
    expect(ids(rows)).toBe("axd");
    expect(anchor).toBe(1);
    expect(withAnchor([at(1, "a")], at(5, "x"), "Time").anchor).toBe(1);
    expect(withAnchor([], at(5, "x"), "Time").anchor).toBe(0);
  });

  it("are shown so many on each side, and say whether there are more", () => {
    const rows = [at(1, "a"), at(2, "b"), at(3, "c"), at(4, "d"), at(5, "e")];
    const context = { before: rows.slice(0, 3).toReversed(), after: rows.slice(2) };
    const around = (before: number, after: number) => {
      const { rows: shown, ...rest } = aroundAnchor(context, at(3, "c"), "Time", { before, after });
      return { ids: ids(shown), ...rest };
    };
    expect(around(1, 1)).toEqual({ ids: "bcd", anchor: 1, hasMoreBefore: true, hasMoreAfter: true });
    expect(around(2, 1)).toEqual({ ids: "abcd", anchor: 2, hasMoreBefore: false, hasMoreAfter: true });
    expect(around(9, 9)).toEqual({ ids: "abcde", anchor: 2, hasMoreBefore: false, hasMoreAfter: false });
    expect(around(0, 0)).toEqual({ ids: "c", anchor: 0, hasMoreBefore: true, hasMoreAfter: true });
  });
});
