import { expect, it } from "vitest";
import type { Filter } from "@/lib/filters/filter";
import { withFilter } from "./filter-bar";

const filter = (value: string): Filter => ({ field: "ClientIP", op: "eq", values: [value] });

it("sets, changes and removes a filter, and drops groups that are empty", () => {
  const one = withFilter([], { group: 0, at: 0 }, filter("a"));
  expect(one).toEqual([[filter("a")]]);
  const two = withFilter(withFilter(one, { group: 0, at: 1 }, filter("b")), { group: 1, at: 0 }, filter("c"));
  expect(two).toEqual([[filter("a"), filter("b")], [filter("c")]]);
  expect(withFilter(two, { group: 0, at: 0 }, filter("x"))).toEqual([[filter("x"), filter("b")], [filter("c")]]);
  expect(withFilter(withFilter(two, { group: 1, at: 0 }, null), { group: 0, at: 1 }, null)).toEqual(one);
  expect(withFilter(one, { group: 0, at: 0 }, null)).toEqual([]);
});
