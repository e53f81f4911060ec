import { expect, it } from "vitest";
import type { DatasetSummary } from "@/api/datasets";
import { orderDatasets } from "./datasets-page";
import { uses } from "./field-table";

const dataset = (name: string, files: number): DatasetSummary => ({ name, title: name, scope: "zone", table: { version: 1, files, bytes: 1 } });

it("puts datasets with records first", () => {
  expect(orderDatasets([dataset("a", 0), dataset("c", 1), dataset("b", 2)]).map((d) => d.name)).toEqual(["b", "c", "a"]);
});

it("says what a field is good for", () => {
  const of = { timestampField: "EdgeStartTimestamp", idField: "RayID" };
  expect(uses({ name: "EdgeStartTimestamp", type: "timestamp", statistics: true }, of)).toEqual(["time", "skips files"]);
  expect(uses({ name: "RayID", type: "string", rule: "cf.ray_id", deprecated: true }, of)).toEqual(["id", "rule field cf.ray_id", "deprecated"]);
});
