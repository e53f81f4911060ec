import { expect, it } from "vitest";
import type { Filter } from "@/lib/filters/filter";
import { withAll } from "./use-pasted-filters";

const filter = (value: string): Filter => ({ field: "ClientIP", op: "eq", values: [value] });

it("adds filters to each group, and none twice", () => {
  expect(withAll([], [filter("a")])).toEqual([[filter("a")]]);
  expect(withAll([[filter("a")], [filter("b")]], [filter("b"), filter("c")])).toEqual([[filter("a"), filter("b"), filter("c")], [filter("b"), filter("c")]]);
});
