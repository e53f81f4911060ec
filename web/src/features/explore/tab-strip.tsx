import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { PlusIcon } from "@phosphor-icons/react";
import type { ExploreSearch } from "@/lib/search-params";
import { IconButton } from "@/ui/icon-button";
import { TabItem } from "./tab-item";
import { tabsMax } from "./tabs";
import { useTabs, type TabActions } from "./use-tabs";

/** A new tab looks at what the present one does, without its filters. */
const freshOf = ({ scope, ds, from, to }: ExploreSearch): ExploreSearch => ({ scope, ds, from, to });

/** The tabs as a row of names. Arrows walk it, Enter shows, Delete closes, F2 renames. */
export function TabStrip({ actions, shown, search }: { actions: TabActions; shown: string; search: ExploreSearch }) {
  const { tabs, show, open, close, rename } = actions;
  const [focused, setFocused] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const strip = useRef<HTMLDivElement>(null);
  // With many tabs the shown one may be out of sight.
  useEffect(() => {
    void strip.current?.querySelector("[aria-selected=true]")?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [shown]);
  const reachable = tabs.all.some((tab) => tab.id === focused) ? focused : shown;
  const focus = (id: string | undefined) => {
    if (id === undefined) return;
    setFocused(id);
    strip.current?.querySelector<HTMLElement>(`#tab-${id}`)?.focus();
  };
  const key = (e: KeyboardEvent, id: string) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const at = tabs.all.findIndex((tab) => tab.id === id);
    const last = tabs.all.length - 1;
    const moves: Record<string, number> = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last };
    const target = moves[e.key];
    if (target !== undefined) focus(tabs.all[target]?.id);
    else if (e.key === "Enter" || e.key === " ") show(id);
    else if (e.key === "F2") setRenaming(id);
    else if (e.key === "Delete") {
      const next = tabs.all[at === last ? at - 1 : at + 1]?.id;
      close(id);
      focus(next);
    } else return;
    e.preventDefault();
    // The page below has its own meaning for some of these.
    e.stopPropagation();
  };
  const middle = (e: MouseEvent, id: string) => {
    if (e.button !== 1) return;
    e.preventDefault();
    close(id);
  };
  return (
    <div className="flex h-8 shrink-0 items-center gap-1 border-b border-kumo-hairline bg-kumo-canvas pr-3">
      <div ref={strip} className="flex h-full min-w-0 items-end gap-1 overflow-x-auto pl-3 [scrollbar-width:none]">
        {/* The tabs have buttons beside them, which may not stand inside of a list of tabs. */}
        <div role="tablist" aria-label="Queries" aria-owns={tabs.all.map((tab) => `tab-${tab.id}`).join(" ")} />
        {tabs.all.map((tab, index) => (
          <TabItem
            key={tab.id} tab={tab} index={index} isShown={tab.id === shown} isReachable={tab.id === reachable} isRenaming={tab.id === renaming}
            onShow={() => show(tab.id)} onClose={() => close(tab.id)} onKey={(e) => key(e, tab.id)} onMiddle={(e) => middle(e, tab.id)} onFocus={() => setFocused(tab.id)}
            onRename={() => setRenaming(tab.id)}
            onNamed={(name, isByKey) => {
              if (name !== null) rename(tab.id, name);
              setRenaming(null);
              if (isByKey) requestAnimationFrame(() => focus(tab.id));
            }}
          />
        ))}
      </div>
      <IconButton
        label="New tab" icon={PlusIcon} disabled={tabs.all.length >= tabsMax} hint={tabs.all.length >= tabsMax ? `${tabsMax} tabs are the most: close one first` : undefined}
        onClick={() => open(freshOf(search))}
      />
    </div>
  );
}

/** With one tab there is no strip: this opens the second. */
export function OpenSecondTab({ search }: { search: ExploreSearch }) {
  const { tabs, open } = useTabs();
  return tabs.all.length === 1 && <IconButton label="New tab" hint="New tab: this query stays, and goes on, in its own" icon={PlusIcon} onClick={() => open(freshOf(search))} />;
}
