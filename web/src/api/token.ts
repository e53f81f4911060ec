import { useSyncExternalStore } from "react";

const key = "varve.token";
let held: string | null = null;
let asking: { promise: Promise<string | null>; answer: (token: string | null) => void } | null = null;
const listeners = new Set<() => void>();
const changed = () => {
  for (const listener of listeners) listener();
};

/** The API token of this tab. It is kept in the session storage, so it leaves with the tab. */
export function currentToken(): string | null {
  try {
    return sessionStorage.getItem(key) ?? held;
  } catch {
    return held;
  }
}

/** Asks the person for a token. All who ask at the same time get the same answer; null means they declined. */
export function askForToken(): Promise<string | null> {
  if (!asking) {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    asking = { promise, answer: resolve };
    changed();
  }
  return asking.promise;
}

export function answerToken(token: string | null): void {
  if (token !== null) {
    held = token;
    try {
      sessionStorage.setItem(key, token);
    } catch {
      // Held in memory only.
    }
  }
  asking?.answer(token);
  asking = null;
  changed();
}

export function useTokenWanted(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asking !== null,
  );
}
