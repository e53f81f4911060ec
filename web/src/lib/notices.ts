import { useSyncExternalStore } from "react";

let notices: readonly string[] = [];
const listeners = new Set<() => void>();

function publish(next: readonly string[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Something the page did on its own that its reader should know. The same words are not said twice. */
export function notice(text: string): void {
  if (!notices.includes(text)) publish([...notices, text]);
}

export const dismissNotice = (text: string): void => publish(notices.filter((n) => n !== text));

export function useNotices(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
}
