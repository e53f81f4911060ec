import { useCallback, useSyncExternalStore } from "react";
import { getRouteApi } from "@tanstack/react-router";
import type { ExploreSearch } from "@/lib/search-params";
import { tabStore } from "./tab-store";
import type { Tabs } from "./tabs";

declare module "@tanstack/history" {
  interface HistoryState {
    /** The tab that an address was opened for. */
    tab?: string;
  }
}

const route = getRouteApi("/logs");

export interface TabActions {
  tabs: Tabs;
  show: (id: string) => void;
  open: (search: ExploreSearch) => void;
  close: (id: string) => void;
  rename: (id: string, name: string) => void;
}

/** The tabs, and what can be done with them; the address follows. */
export function useTabs(): TabActions {
  const navigate = route.useNavigate();
  const tabs = useSyncExternalStore(tabStore.subscribe, tabStore.snapshot);
  const show = useCallback(
    (id: string, replace = false) => {
      const tab = tabStore.snapshot().all.find((each) => each.id === id);
      if (tab) void navigate({ search: tab.search, state: { tab: id }, replace });
    },
    [navigate],
  );
  const open = useCallback(
    (search: ExploreSearch) => {
      const id = tabStore.open(search);
      if (id !== null) show(id);
    },
    [show],
  );
  const close = useCallback(
    (id: string) => {
      const before = tabStore.snapshot().shown;
      const { shown } = tabStore.close(id);
      if (shown !== before) show(shown, true);
    },
    [show],
  );
  return { tabs, show, open, close, rename: tabStore.rename };
}
