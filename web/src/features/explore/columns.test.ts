import { expect, it } from "vitest";
import type { Dataset } from "@/api/datasets";
import { emptyResult, sortedRows, appendBlock } from "@/lib/result-set";
import { cellOf } from "./cells";
import { choiceOf, formatColumns, parseColumns, viewColumns } from "./columns";
import { findRow, rowId } from "./record-id";

const types: Record<string, string> = {
  RayID: "string", ClientIP: "string", EdgeStartTimestamp: "timestamp", EdgeResponseStatus: "int", WAFAttackScore: "int", ClientRequestPath: "string",
};
const dataset: Dataset = {
  name: "http_requests", title: "HTTP requests", scope: "zone", timestampField: "EdgeStartTimestamp", idField: "RayID",
  fields: Object.entries(types).map(([name, type]) => ({ name, type })),
};
const set = emptyResult(Object.entries(types).map(([name, type]) => ({ name, type, field: name })));

it("opens a * with sensible columns, the time first", () => {
  expect(viewColumns(set, [], { isStar: true, isInTimeOrder: true }, dataset).map((c) => c.name)).toEqual(["EdgeStartTimestamp", "EdgeResponseStatus", "ClientIP", "WAFAttackScore", "ClientRequestPath"]);
});

it("shows what was selected when it was named", () => {
  expect(viewColumns(set, [], { isStar: false, isInTimeOrder: true }, dataset).map((c) => c.name)).toEqual(["EdgeStartTimestamp", "RayID", "ClientIP", "EdgeResponseStatus", "WAFAttackScore", "ClientRequestPath"]);
});

it("writes the day into the cells when the rows are not in the order of time", () => {
  const kinds = [true, false].map((isInTimeOrder) => viewColumns(set, [], { isStar: true, isInTimeOrder }, dataset)[0]?.kind);
  expect(kinds).toEqual(["time", "stamp"]);
});

it("keeps a choice through the address and leaves out what the answer lacks", () => {
  const text = "ClientIP,ClientRequestPath:320,Gone";
  const columns = viewColumns(set, parseColumns(text), { isStar: true, isInTimeOrder: true }, dataset);
  expect(formatColumns(choiceOf(columns))).toBe("ClientIP,ClientRequestPath:320");
});

it("draws cells as text and class", () => {
  expect(cellOf("time", "2026-11-22T09:56:59.863Z", false)).toEqual(["09:56:59.863", ""]);
  expect(cellOf("attack", 7, false)).toEqual(["\u20077", "v-score v-attack-3"]);
  expect(cellOf("bot", 95, true)[0]).toBe("verified");
  expect(cellOf("action", "managed_challenge", false)[0]).toBe("Challenge");
  expect(cellOf("text", ["a", 1], false)[0]).toBe('["a",1]');
  expect(cellOf("text", null, false)).toEqual(["–", "v-dim"]);
  expect(cellOf("count", 12345, false)[0]).toBe("12,345");
});

it("names rows by record id and finds them again", () => {
  const rows = appendBlock(emptyResult([{ name: "RayID", type: "string" }]), [["a", "b", "a", "", "a"]], 5);
  for (let row = 0; row < rows.count; row++) expect(findRow(rows, rowId(rows, row, "RayID"), "RayID")).toBe(row);
  expect(rowId(rows, 2, "RayID")).toBe("a~2");
  expect(findRow(rows, "gone", "RayID")).toBe(-1);
});

it("sorts loaded rows with empty ones last", () => {
  const rows = appendBlock(emptyResult([{ name: "n", type: "int" }]), [[3, null, 1, 2]], 4);
  expect([...sortedRows(rows, "n", true)]).toEqual([0, 3, 2, 1]);
  expect([...sortedRows(rows, "n", false)]).toEqual([2, 3, 0, 1]);
});
