import { useCallback, useEffect, useMemo } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { BroadcastIcon } from "@phosphor-icons/react";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { tailPlan } from "./tail-plan";
import type { Explore } from "./use-explore";

/** Shows rows as they are stored, or goes back to what was stored. */
export function LiveToggle({ explore }: { explore: Explore }) {
  const { draft, committed, dataset, scope, commit, isLive, setLive } = explore;
  const plan = useMemo(() => (draft === null || !scope ? null : tailPlan(draft, dataset, scope)), [draft, dataset, scope]);
  const isPinned = explore.search.v !== undefined;
  const isAble = isLive || (plan?.ok === true && !isPinned);
  const reason = isPinned ? "it is pinned to a version" : plan && !plan.ok ? plan.reason : "there is no statement";
  const toggle = useCallback(() => {
    if (isLive || draft === committed) setLive(!isLive);
    // What is followed is what was run.
    else void commit({}).then(() => setLive(true));
  }, [isLive, draft, committed, setLive, commit]);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key !== "L" || !e.shiftKey || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || isTyping(e.target) || isOverlayOpen()) return;
      e.preventDefault();
      if (isAble) toggle();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [isAble, toggle]);
  return (
    <Button
      // The button's tooltip does not come to one that was on when it was made.
      key={isAble ? "on" : "off"}
      size="sm" variant={isLive ? "secondary" : "ghost"} icon={BroadcastIcon} aria-pressed={isLive} disabled={!isAble} onClick={toggle}
      title={isLive ? "Back to what was stored (Shift L)" : isAble ? "Show rows as they are stored (Shift L)" : `This statement can't be followed live: ${reason}`}
    >
      Live
    </Button>
  );
}
