import { expect, it } from "vitest";
import type { Field } from "@/api/datasets";
import { groupFields } from "./field-panel";

const fields: Field[] = [
  { name: "ClientIP", type: "string", group: "Client" }, { name: "BotScore", type: "int", group: "Bot" }, { name: "BotTags", type: "array<string>", group: "Bot" },
  { name: "RayID", type: "string", group: "Client" },
];
const facets = new Map(["ClientIP", "BotScore", "RayID"].map((name) => [name, { name, type: "string", present: name === "RayID" ? 0 : 5 }]));
const titles = (find: string) => groupFields(fields, ["BotScore"], facets, find).map((g) => [g.title, ...g.fields.map((f) => f.name)]);

it("puts the table's fields first and empty ones last", () => {
  expect(titles("")).toEqual([["In the table", "BotScore"], ["Client", "ClientIP"], ["Empty here", "BotTags", "RayID"]]);
  expect(titles("bot")).toEqual([["In the table", "BotScore"], ["Empty here", "BotTags"]]);
});

it("calls nothing empty before the counts are there", () => {
  expect(groupFields(fields, [], new Map(), "").map((g) => g.title)).toEqual(["Client", "Bot"]);
});
