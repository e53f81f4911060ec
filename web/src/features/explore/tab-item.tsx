import { useEffect, useRef, useSyncExternalStore, type KeyboardEvent, type MouseEvent } from "react";
import { XIcon } from "@phosphor-icons/react";
import { compact, plural } from "@/lib/format";
import { isRunning, type RunState } from "./query-run";
import { tabStore } from "./tab-store";
import { labelOf, type Tab } from "./tabs";

interface Props {
  tab: Tab;
  index: number;
  isShown: boolean;
  /** True for the one of the strip that Tab comes to. */
  isReachable: boolean;
  isRenaming: boolean;
  onShow: () => void;
  onClose: () => void;
  onKey: (e: KeyboardEvent) => void;
  onMiddle: (e: MouseEvent) => void;
  onFocus: () => void;
  onRename: () => void;
  /** With null the name stays. */
  onNamed: (name: string | null, isByKey: boolean) => void;
}

export type TabMark = { kind: "running" } | { kind: "live" } | { kind: "rows"; rows: number } | { kind: "failed" } | null;

/** What is said of a tab beside its name: that its query runs, or what came while nobody looked. */
export function markOf(run: RunState, wasLeftRunning: boolean, rowsForgotten: number | null): TabMark {
  if (isRunning(run)) return { kind: "running" };
  if (run.phase === "live") return { kind: "live" };
  if (!wasLeftRunning) return null;
  if (run.phase === "failed") return { kind: "failed" };
  if (run.phase === "idle") return rowsForgotten === null ? null : { kind: "rows", rows: rowsForgotten };
  return { kind: "rows", rows: run.answered === run.request ? (run.result?.count ?? 0) : 0 };
}

/** One tab: its name, what its query does, and a way to close it. */
export function TabItem({ tab, index, isShown, isReachable, isRenaming, onShow, onClose, onKey, onMiddle, onFocus, onRename, onNamed }: Props) {
  const { runner, wasLeftRunning, rowsForgotten } = tabStore.workOf(tab.id);
  const run = useSyncExternalStore(runner.subscribe, runner.snapshot);
  const label = labelOf(tab);
  const look = isShown ? "border-kumo-line bg-kumo-base text-kumo-default" : "border-transparent text-kumo-subtle hover:bg-kumo-tint hover:text-kumo-default";
  return (
    <div className={`flex h-7 max-w-[240px] min-w-[116px] shrink items-center rounded-t-md border border-b-0 text-xs ${look}`}>
      {isRenaming ? (
        <NameInput label={label} onNamed={onNamed} />
      ) : (
        <button
          type="button" id={`tab-${tab.id}`} role="tab" aria-selected={isShown} tabIndex={isReachable ? 0 : -1} aria-keyshortcuts="F2 Delete"
          title={index < 9 ? `${label} (Alt ${index + 1}). F2 renames, Delete closes` : `${label}. F2 renames, Delete closes`}
          className="flex h-full min-w-0 flex-1 items-center gap-1.5 rounded pl-2.5" onClick={onShow} onDoubleClick={onRename} onKeyDown={onKey} onFocus={onFocus} onAuxClick={onMiddle}
          // Else the middle button begins to scroll.
          onMouseDown={(e) => e.button === 1 && e.preventDefault()}
        >
          <span className={`truncate ${isShown ? "font-medium" : ""}`}>{label}</span>
          <Mark mark={markOf(run, wasLeftRunning && !isShown, rowsForgotten)} />
        </button>
      )}
      <button
        type="button" aria-label={`Close ${label}`} title="Close" tabIndex={-1} onClick={onClose}
        className="grid size-6 shrink-0 place-items-center rounded text-kumo-subtle hover:bg-kumo-fill hover:text-kumo-default"
      >
        <XIcon size={11} aria-hidden="true" />
      </button>
    </div>
  );
}

function Mark({ mark }: { mark: TabMark }) {
  if (mark === null) return null;
  if (mark.kind === "running" || mark.kind === "live") return <span role="img" aria-label={mark.kind} className="size-1.5 shrink-0 rounded-full bg-kumo-brand" />;
  const words = mark.kind === "failed" ? "failed" : `${plural(mark.rows, "new row")}`;
  return (
    <span title={words} className={`num shrink-0 rounded-full px-1.5 text-2xs ${mark.kind === "failed" ? "bg-v-bad-tint text-v-bad" : "bg-kumo-fill text-kumo-default"}`}>
      {mark.kind === "failed" ? "failed" : compact(mark.rows)}
      {mark.kind === "rows" && <span className="sr-only"> new rows</span>}
    </span>
  );
}

function NameInput({ label, onNamed }: { label: string; onNamed: Props["onNamed"] }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  // A name that is left as it is still follows the statement.
  const changed = (text: string) => (text === label ? null : text);
  const key = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.key !== "Enter" && e.key !== "Escape") return;
    e.preventDefault();
    e.stopPropagation();
    onNamed(e.key === "Enter" ? changed(e.currentTarget.value) : null, true);
  };
  return (
    <input
      ref={input} aria-label="Name of the tab" defaultValue={label} maxLength={100} spellCheck={false} autoComplete="off" onKeyDown={key} onBlur={(e) => onNamed(changed(e.currentTarget.value), false)}
      className="mx-1 h-5 min-w-0 flex-1 rounded border border-kumo-brand bg-kumo-base px-1.5 text-kumo-default outline-none!"
    />
  );
}
