import { useCallback, useSyncExternalStore } from "react";
import { recall, remember } from "@/lib/preferences";
import { readPreferences, writePreference } from "./preferences";

/** Where preferences are kept: the server for the user, the browser as a copy for when the server is away. */
export interface Places {
  read: (signal: AbortSignal) => Promise<Record<string, string>>;
  write: (name: string, value: string | null) => Promise<void>;
  recall: (key: string) => string | null;
  remember: (key: string, value: string) => void;
}

interface Copy {
  values: Record<string, string>;
  /** Names whose value has not reached the server yet. */
  unsent: readonly string[];
}

const copyKey = "kept";
export const delayMs = 1000;

function parseCopy(text: string | null): Copy {
  try {
    const { values, unsent } = JSON.parse(text ?? "{}") as Partial<Copy>;
    const entries = Object.entries(values ?? {}).filter(([, value]) => typeof value === "string");
    return { values: Object.fromEntries(entries), unsent: Array.isArray(unsent) ? unsent.filter((name) => typeof name === "string") : [] };
  } catch {
    return { values: {}, unsent: [] };
  }
}

/** What a user has set, by name. A value holds at once and is written a second after the last change of it. */
export class Kept {
  private copy: Copy;
  private readonly places: Places;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();
  private reading: Promise<void> | null = null;

  constructor(places: Places) {
    this.places = places;
    this.copy = parseCopy(places.recall(copyKey));
  }

  /** Whoever listens first makes the server's values be read. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    void this.start();
    return () => this.listeners.delete(listener);
  };

  readonly get = (name: string): string | null => this.copy.values[name] ?? null;

  readonly set = (name: string, value: string | null): void => {
    if (this.get(name) === value) return;
    const { [name]: _, ...others } = this.copy.values;
    this.keep({ values: value === null ? others : { ...others, [name]: value }, unsent: [...this.copy.unsent.filter((each) => each !== name), name] });
    this.writeLater(name);
  };

  /** Writes at once what waits, when the page is left. */
  readonly flush = (): void => {
    for (const [name, timer] of this.timers) {
      clearTimeout(timer);
      void this.write(name);
    }
  };

  readonly start = (): Promise<void> => (this.reading ??= this.readAll());

  private async readAll(): Promise<void> {
    let stored: Record<string, string>;
    try {
      stored = await this.places.read(new AbortController().signal);
    } catch {
      // The browser's copy stands in; the next page reads again.
      return;
    }
    // What was set here and has not reached the server is newer than what is there.
    const { unsent } = this.copy;
    const own = Object.entries(this.copy.values).filter(([name]) => unsent.includes(name));
    const theirs = Object.entries(stored).filter(([name]) => !unsent.includes(name));
    this.keep({ values: Object.fromEntries([...theirs, ...own]), unsent });
    for (const name of unsent) this.writeLater(name);
  }

  private writeLater(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, setTimeout(() => void this.write(name), delayMs));
  }

  private async write(name: string): Promise<void> {
    this.timers.delete(name);
    const value = this.get(name);
    try {
      await this.places.write(name, value);
    } catch {
      // It stays among the unsent: the next change or the next page sends it.
      return;
    }
    if (this.get(name) === value && !this.timers.has(name)) this.keep({ ...this.copy, unsent: this.copy.unsent.filter((each) => each !== name) });
  }

  private keep(copy: Copy): void {
    this.copy = copy;
    this.places.remember(copyKey, JSON.stringify(copy));
    for (const listener of this.listeners) listener();
  }
}

export const kept = new Kept({ read: readPreferences, write: writePreference, recall, remember });
addEventListener("pagehide", kept.flush);

/** A preference of the user, and how to set it. */
export function useKept(name: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(kept.subscribe, () => kept.get(name));
  const set = useCallback((next: string | null) => kept.set(name, next), [name]);
  return [value, set];
}
