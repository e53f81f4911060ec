import { useEffect, useState } from "react";
import { getRouteApi } from "@tanstack/react-router";
import { isOverlayOpen } from "@/lib/keyboard";
import { LogSearch } from "./log-search";
import { TabStrip } from "./tab-strip";
import { tabStore } from "./tab-store";
import { isBare } from "./tabs";
import { useTabs } from "./use-tabs";

const route = getRouteApi("/logs");

/** Log search in tabs, each a query of its own. The address is that of the shown one. */
export function TabbedSearch() {
  const search = route.useSearch();
  const entry = route.useRouteContext();
  const navigate = route.useNavigate();
  // The address of the link that led here says nothing of a query: that of the tab takes its place.
  const [restored, setRestored] = useState(() => {
    const { all, shown } = tabStore.begin(search);
    const tab = all.find((each) => each.id === shown);
    return tab && isBare(search) && !isBare(tab.search) ? tab : null;
  });
  const actions = useTabs();
  const { tabs, show } = actions;
  const shown = tabStore.tabOf(entry.entry, entry.tab);

  useEffect(() => {
    if (restored === null) tabStore.show(shown, search, entry.entry);
    else void navigate({ search: restored.search, state: { tab: restored.id }, replace: true }).then(() => setRestored(null));
  }, [restored, shown, search, entry.entry, navigate]);
  useEffect(() => tabStore.leave, []);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const digit = /^Digit([1-9])$/.exec(e.code)?.[1];
      if (!digit || !e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || isOverlayOpen()) return;
      const tab = tabs.all[Number(digit) - 1];
      if (!tab || tabs.all.length === 1) return;
      e.preventDefault();
      show(tab.id);
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [tabs, show]);

  if (restored !== null) return null;
  return (
    <div className="flex h-full flex-col">
      {tabs.all.length > 1 && <TabStrip actions={actions} shown={shown} search={search} />}
      <div className="min-h-0 flex-1">
        <LogSearch key={shown} tab={shown} />
      </div>
    </div>
  );
}
