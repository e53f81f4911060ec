import * as z from "zod/mini";
import { formatAddress, readExploreSearch, type ExploreSearch } from "@/lib/search-params";

export const tabsMax = 20;

/** A query of its own, as the address that shows it. */
export interface Tab {
  id: string;
  search: ExploreSearch;
  /** Made from the statement. */
  title: string;
  /** Given by a person; it stays when the statement changes. */
  name?: string | undefined;
}

export interface Tabs {
  all: readonly Tab[];
  shown: string;
}

const stored = z.object({
  shown: z.string(),
  all: z.array(z.object({ id: z.string(), search: z.record(z.string(), z.unknown()), title: z.string(), name: z.optional(z.string()) })).check(z.minLength(1)),
});

/** The tabs that this browser remembers; null when there are none, or what is there can't be read. */
export function parseTabs(text: string | null): Tabs | null {
  let value: unknown = null;
  try {
    value = JSON.parse(text ?? "null");
  } catch {
    return null;
  }
  const found = stored.safeParse(value);
  if (!found.success) return null;
  const all = found.data.all.slice(0, tabsMax).map((tab): Tab => ({ ...tab, search: readExploreSearch(tab.search).search }));
  return { all, shown: all.some((tab) => tab.id === found.data.shown) ? found.data.shown : all[0]!.id };
}

export const labelOf = (tab: Tab): string => tab.name ?? tab.title;

const isSame = (a: ExploreSearch, b: ExploreSearch): boolean => formatAddress(ordered(a)) === formatAddress(ordered(b));
const ordered = (search: ExploreSearch) => Object.fromEntries(Object.entries(search).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** True for an address that says nothing of a query, as that of a link to the page does. */
export const isBare = (search: ExploreSearch): boolean => Object.entries(search).every(([key, value]) => key === "scope" || value === undefined);

/** The tabs when the page opens at an address: it wins for the one that is shown, unless another has it already or it says nothing. */
export function tabsAt(remembered: Tabs | null, search: ExploreSearch): Tabs {
  if (remembered === null) return { all: [{ id: "1", search, title: "New query" }], shown: "1" };
  if (remembered.all.length > 1 && isBare(search)) return remembered;
  const at = remembered.all.find((tab) => tab.id === remembered.shown && isSame(tab.search, search)) ?? remembered.all.find((tab) => isSame(tab.search, search));
  return at ? { ...remembered, shown: at.id } : withSearch(remembered, remembered.shown, search);
}

const change = (tabs: Tabs, id: string, patch: Partial<Tab>): Tabs => ({ ...tabs, all: tabs.all.map((tab) => (tab.id === id ? { ...tab, ...patch } : tab)) });

/** A tab shown at an address. */
export const withSearch = (tabs: Tabs, id: string, search: ExploreSearch): Tabs => ({ ...change(tabs, id, { search }), shown: id });

export const withTitle = (tabs: Tabs, id: string, title: string): Tabs => change(tabs, id, { title });

/** A name; an empty one gives the tab back the one made from its statement. */
export const withName = (tabs: Tabs, id: string, name: string): Tabs => change(tabs, id, { name: name.trim() === "" ? undefined : name.trim().slice(0, 100) });

/** The tabs with one more right of that which is shown; the same where there are as many as there may be. */
export function withNew(tabs: Tabs, search: ExploreSearch): { tabs: Tabs; id: string | null } {
  if (tabs.all.length >= tabsMax) return { tabs, id: null };
  const id = String(Math.max(0, ...tabs.all.map((tab) => Number(tab.id) || 0)) + 1);
  const at = tabs.all.findIndex((tab) => tab.id === tabs.shown) + 1;
  return { tabs: { ...tabs, all: tabs.all.toSpliced(at, 0, { id, search, title: "New query" }) }, id };
}

/** The tabs without one; instead of the shown one its right neighbour is shown, or else its left. The last one stays. */
export function without(tabs: Tabs, id: string): Tabs {
  const at = tabs.all.findIndex((tab) => tab.id === id);
  if (at < 0 || tabs.all.length === 1) return tabs;
  const all = tabs.all.toSpliced(at, 1);
  return { all, shown: tabs.shown === id ? all[Math.min(at, all.length - 1)]!.id : tabs.shown };
}
