import type { QueryRequest } from "@/api/run-query";
import { recall, remember } from "@/lib/preferences";
import type { ExploreSearch } from "@/lib/search-params";
import { isRunning, QueryRunner } from "./query-run";
import type { TailPlan } from "./tail-plan";
import { parseTabs, tabsAt, withName, withNew, without, withSearch, withTitle, type Tabs } from "./tabs";

const key = "tabs";
const keptMax = 5;

export interface Written {
  base: string | null;
  text: string;
}

/** What a tab holds beside its address. It outlives the tab's place on the screen, so that a query goes on unseen. */
export class TabWork {
  readonly runner = new QueryRunner();
  /** True when its query ran on while another tab was shown. */
  wasLeftRunning = false;
  /** How many rows it had when they were dropped. */
  rowsForgotten: number | null = null;
  /** What is being written, and the statement it started from. */
  private written: Written | null = null;
  private ranFor: string | null = null;
  private follows = false;

  get draft(): Written | null {
    return this.written;
  }

  keepDraft(written: Written | null): void {
    this.written = written;
  }

  /** Runs what is wanted, unless that was the last thing to be run: a tab that is shown again still has its answer, or waits for it. */
  run(wanted: string, request: () => QueryRequest): void {
    if (this.ranFor === wanted) return;
    this.ranFor = wanted;
    this.rowsForgotten = null;
    void this.runner.start(request());
  }

  /** True while rows are to be shown as they are stored. */
  get isLive(): boolean {
    return this.follows;
  }

  setLive(isLive: boolean): void {
    this.follows = isLive;
  }

  /** Follows what is wanted, unless it is followed already. */
  follow(wanted: string, request: () => QueryRequest, plan: TailPlan & { ok: true }): void {
    if (this.ranFor === `live ${wanted}`) return;
    this.ranFor = `live ${wanted}`;
    void this.runner.follow(request(), plan);
  }

  /** Whatever is wanted next is run, also when it is the same. */
  runAgain(): void {
    this.ranFor = null;
  }

  stop(): void {
    this.runner.cancel();
    this.follows = false;
    this.ranFor = null;
  }

  forget(): void {
    this.rowsForgotten ??= this.runner.snapshot().result?.count ?? null;
    this.runner.forget();
    this.ranFor = null;
  }
}

/** The tabs of this window. They are remembered in the browser; their work is not. */
export class TabStore {
  private tabs: Tabs | null = null;
  private readonly work = new Map<string, TabWork>();
  /** Which tab an entry of the browser's history shows, so that going back also goes back to it. */
  private readonly entries = new Map<string, string>();
  private recent: readonly string[] = [];
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Tabs => (this.tabs ??= tabsAt(parseTabs(recall(key)), {}));

  /** The page opens, or comes back, at an address. */
  begin(search: ExploreSearch): Tabs {
    this.tabs = tabsAt(this.tabs ?? parseTabs(recall(key)), search);
    return this.tabs;
  }

  /** The tab that an entry of the history shows: the one it was made for, else the present one. */
  tabOf(entry: string | undefined, made: string | undefined): string {
    const { all, shown } = this.snapshot();
    return [made, entry === undefined ? undefined : this.entries.get(entry)].find((id) => id !== undefined && all.some((tab) => tab.id === id)) ?? shown;
  }

  /** A tab is on the screen at an address. */
  show(id: string, search: ExploreSearch, entry: string | undefined): void {
    const tabs = this.snapshot();
    if (entry !== undefined) this.entries.set(entry, id);
    if (tabs.shown !== id) {
      const left = this.work.get(tabs.shown);
      if (left) left.wasLeftRunning = isRunning(left.runner.snapshot());
    }
    this.workOf(id).wasLeftRunning = false;
    this.recent = [id, ...this.recent.filter((each) => each !== id)];
    this.forgetOld();
    this.set(withSearch(tabs, id, search));
  }

  open(search: ExploreSearch): string | null {
    const { tabs, id } = withNew(this.snapshot(), search);
    this.set(tabs);
    return id;
  }

  /** Closes a tab and stops its query; the tab to show after it. */
  close(id: string): Tabs {
    const tabs = without(this.snapshot(), id);
    if (tabs !== this.tabs) {
      this.work.get(id)?.runner.dispose();
      this.work.delete(id);
      this.recent = this.recent.filter((each) => each !== id);
      this.set(tabs);
    }
    return tabs;
  }

  readonly rename = (id: string, name: string): void => this.set(withName(this.snapshot(), id, name));
  readonly title = (id: string, title: string): void => {
    if (this.snapshot().all.some((tab) => tab.id === id && tab.title !== title)) this.set(withTitle(this.snapshot(), id, title));
  };

  workOf(id: string): TabWork {
    const found = this.work.get(id) ?? new TabWork();
    this.work.set(id, found);
    return found;
  }

  /** A browser has few connections to a server, and each live tab holds one: there is one such tab. */
  goLive(id: string): void {
    for (const [other, work] of this.work) if (other !== id && work.isLive) work.stop();
    this.workOf(id).setLive(true);
  }

  /** The page is left: nobody waits for the answers any more. */
  readonly leave = (): void => {
    for (const work of this.work.values()) work.stop();
  };

  private forgetOld(): void {
    for (const [id, work] of this.work) {
      if (this.recent.slice(0, keptMax).includes(id) || work.isLive || isRunning(work.runner.snapshot())) continue;
      work.forget();
    }
  }

  private set(tabs: Tabs): void {
    this.tabs = tabs;
    remember(key, JSON.stringify(tabs));
    for (const listener of this.listeners) listener();
  }
}

export const tabStore = new TabStore();
