import { describe, expect, it } from "vitest";
import { parseTabs, tabsAt, tabsMax, withName, withNew, without, type Tabs } from "./tabs";

const three: Tabs = {
  shown: "2",
  all: [
    { id: "1", search: { ds: "a" }, title: "a" },
    { id: "2", search: { ds: "b", q: "SELECT 1" }, title: "b", name: "mine" },
    { id: "3", search: { ds: "c" }, title: "c" },
  ],
};

describe("parseTabs", () => {
  it("reads what it wrote, and nothing from what is damaged", () => {
    expect(parseTabs(JSON.stringify(three))).toEqual(three);
    for (const text of [null, "", "{", "[]", '{"shown":"1","all":[]}', '{"shown":1,"all":[{}]}']) expect(parseTabs(text)).toBeNull();
  });

  it("drops keys of an address that it does not know, tabs past the limit and a shown one that is not there", () => {
    const many = { shown: "99", all: Array.from({ length: 30 }, (_, k) => ({ id: `${k}`, search: { ds: "a", nope: 1 }, title: "t" })) };
    const tabs = parseTabs(JSON.stringify(many));
    expect(tabs?.all).toHaveLength(tabsMax);
    expect(tabs?.all[0]?.search).toEqual({ ds: "a" });
    expect(tabs?.shown).toBe("0");
  });
});

describe("tabsAt", () => {
  it("begins with one tab", () => {
    expect(tabsAt(null, { ds: "x" })).toEqual({ shown: "1", all: [{ id: "1", search: { ds: "x" }, title: "New query" }] });
  });

  it("gives the address to the shown tab, unless one has it already", () => {
    expect(tabsAt(three, { ds: "x" }).all[1]).toEqual({ ...three.all[1], search: { ds: "x" } });
    expect(tabsAt(three, { ds: "c" })).toEqual({ ...three, shown: "3" });
    expect(tabsAt(three, { q: "SELECT 1", ds: "b" })).toEqual(three);
  });

  it("keeps the tabs at an address that says nothing of a query, but for a single one", () => {
    expect(tabsAt(three, { scope: "acme" })).toEqual(three);
    const one = { shown: "1", all: three.all.slice(0, 1) };
    expect(tabsAt(one, {}).all[0]?.search).toEqual({});
  });
});

it("puts a new tab beside the shown one, under an id of its own, up to the limit", () => {
  const { tabs, id } = withNew(three, { ds: "n" });
  expect(tabs.all.map((tab) => tab.id)).toEqual(["1", "2", "4", "3"]);
  expect(id).toBe("4");
  let full = three;
  for (let k = 0; k < 40; k++) full = withNew(full, {}).tabs;
  expect(full.all).toHaveLength(tabsMax);
  expect(new Set(full.all.map((tab) => tab.id)).size).toBe(tabsMax);
  expect(withNew(full, {}).id).toBeNull();
});

it("shows a neighbour of the tab that is closed, and never closes the last", () => {
  expect(without(three, "2")).toMatchObject({ shown: "3" });
  expect(without({ ...three, shown: "3" }, "3")).toMatchObject({ shown: "2" });
  expect(without(three, "1")).toMatchObject({ shown: "2" });
  expect(without(three, "9")).toBe(three);
  const one = without(without(three, "1"), "2");
  expect(without(one, "3")).toBe(one);
});

it("names a tab, and takes an empty name back", () => {
  expect(withName(three, "1", "  Spike ").all[0]?.name).toBe("Spike");
  expect(withName(three, "2", " ").all[1]?.name).toBeUndefined();
});
