import { useEffect, useRef } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { ArrowUpIcon, PauseIcon, PlayIcon } from "@phosphor-icons/react";
import { int } from "@/lib/format";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { liveNotes, type LiveState } from "./live";
import type { QueryRunner } from "./query-run";
import { Message } from "./result-states";

interface Props {
  live: LiveState;
  runner: QueryRunner;
  isRecordOpen: boolean;
  onCloseRecord: () => void;
}

const table = "[data-scroller]";

/** True for a table that was scrolled away from its first row. */
export const isAway = (target: EventTarget): boolean => target instanceof HTMLElement && target.matches(table) && target.scrollTop > 0;

const isControl = (target: EventTarget | null): boolean => target instanceof Element && target.closest("button,a,label,[role=tab],[role=separator]") !== null;

/** Above live rows: whether they come or wait, what is missing among them, and the way on. */
export function LiveStrip({ live, runner, isRecordOpen, onCloseRecord }: Props) {
  const strip = useRef<HTMLDivElement>(null);
  const { pausedBy, waiting } = live;
  const isPaused = pausedBy.length > 0;
  const isStopped = pausedBy.includes("key");
  // A table that comes back to the screen is at its top.
  useEffect(() => runner.pause("scroll", false), [runner]);
  useEffect(() => runner.pause("record", isRecordOpen), [runner, isRecordOpen]);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key !== " " || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || isTyping(e.target) || isControl(e.target) || isOverlayOpen()) return;
      e.preventDefault();
      runner.pause("key", !isStopped);
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [runner, isStopped]);
  const resume = () => {
    const scroller = strip.current?.parentElement?.querySelector(table);
    if (scroller) scroller.scrollTop = 0;
    if (isRecordOpen) onCloseRecord();
    runner.pause("scroll", false);
    runner.pause("key", false);
  };
  const notes = liveNotes(live);
  return (
    <div ref={strip} role="group" aria-label="Live rows" className={`flex min-h-8 shrink-0 items-center gap-3 border-b border-kumo-hairline px-3 py-1 text-xs ${isPaused ? "bg-v-warn-tint" : "bg-v-info-tint"}`}>
      <span className="shrink-0">{isPaused ? `Paused ${reasonOf(live)}` : "Rows appear as they are stored, the newest on top"}</span>
      {isPaused && (
        <Button size="xs" variant="primary" icon={ArrowUpIcon} onClick={resume}>
          {waiting.length === 0 ? "Resume" : `${int(waiting.length)} new`}
        </Button>
      )}
      <span className="min-w-0 flex-1 truncate text-v-warn" title={notes.join("\n")}>
        {notes.join(" ")}
      </span>
      <Button size="xs" variant="ghost" icon={isStopped ? PlayIcon : PauseIcon} aria-pressed={isStopped} title="Space" onClick={() => runner.pause("key", !isStopped)}>
        Pause
      </Button>
    </div>
  );
}

function reasonOf({ pausedBy }: LiveState): string {
  if (pausedBy.includes("record")) return "while a record is open";
  return pausedBy.includes("key") ? "until you go on" : "while you look further down";
}

/** Before the first live row. */
export function NoLiveRow() {
  return (
    <Message title="Waiting for the next row">
      <p>Rows that match appear here a second or two after they are stored, whatever time they carry. Choose Live again for what was stored before.</p>
    </Message>
  );
}
