import type { DoneFrame, Frame, PlanFrame } from "@/api/frames";
import { problemOfError, type Problem } from "@/api/problem";
import { runQuery, type QueryRequest } from "@/api/run-query";
import { appendBlock, emptyResult, type ResultSet } from "@/lib/result-set";
import { follow } from "./follow";
import { liveAfter, livePaused, liveStart, type LiveState, type PauseReason } from "./live";
import type { TailPlan } from "./tail-plan";

export type Phase = "idle" | "planning" | "streaming" | "live" | "done" | "partial" | "cancelled" | "failed";

export interface RunState {
  phase: Phase;
  request: QueryRequest | null;
  plan: PlanFrame | null;
  /** The rows to show. While a run has brought none yet these are still those of the run before. */
  result: ResultSet | null;
  /** The request `result` answers. */
  answered: QueryRequest | null;
  /** The dataset `result` was read from. */
  dataset: string | null;
  done: DoneFrame | null;
  /** While rows are followed as they are stored. */
  live: LiveState | null;
  problem: Problem | null;
  startedAt: number;
  elapsedMs: number;
}

export const idle: RunState = {
  phase: "idle",
  request: null,
  plan: null,
  result: null,
  answered: null,
  dataset: null,
  done: null,
  live: null,
  problem: null,
  startedAt: 0,
  elapsedMs: 0,
};

export const isRunning = (state: RunState): boolean => state.phase === "planning" || state.phase === "streaming";

const withLive = (state: RunState, live: LiveState): RunState => ({ ...state, live, result: live.shown });

/** What one more frame makes of a run. */
export function withFrame(state: RunState, frame: Frame, now: number): RunState {
  const elapsedMs = now - state.startedAt;
  switch (frame.type) {
    case "plan":
      return { ...state, plan: frame, elapsedMs };
    case "columns":
      return {
        ...state,
        phase: "streaming",
        result: emptyResult(frame.columns),
        answered: state.request,
        dataset: state.plan?.dataset ?? null,
        elapsedMs,
      };
    case "rows":
      return state.result ? { ...state, result: appendBlock(state.result, frame.columns, frame.count), elapsedMs } : state;
    case "done":
      // A truncated answer is not complete either, but it is what was asked for and says so itself.
      return { ...state, phase: frame.coverage.complete || frame.truncated ? "done" : "partial", done: frame, elapsedMs: frame.elapsedMs };
    case "error":
      return ended(state, {
        status: 200,
        code: frame.code,
        message: frame.message,
        position: frame.position ?? undefined,
        suggestion: frame.suggestion ?? undefined,
      });
  }
}

/** A run that broke off: rows that came are kept and called partial. */
function ended(state: RunState, problem: Problem): RunState {
  const hasRows = state.phase === "streaming" && (state.result?.count ?? 0) > 0;
  return { ...state, phase: hasRows ? "partial" : "failed", problem };
}

const cutOff: Problem = {
  status: 200,
  code: "cut_off",
  message: "The connection closed before the answer was complete. Run the query again.",
};

/** Runs one query at a time and tells its listeners how far it is, at most once a frame of the screen. */
export class QueryRunner {
  private state = idle;
  private abort: AbortController | null = null;
  private scheduled = false;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): RunState => this.state;
  private published = (): void => {
    this.scheduled = false;
    for (const listener of this.listeners) listener();
  };

  readonly start = async (request: QueryRequest): Promise<void> => {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const { result, answered, dataset } = this.state;
    let state: RunState = { ...idle, phase: "planning", request, result, answered, dataset, startedAt: performance.now() };
    this.set(state, true);
    try {
      for await (const frame of runQuery(request, abort.signal)) {
        if (abort.signal.aborted) return;
        state = withFrame(state, frame, performance.now());
        this.set(state, frame.type === "done" || frame.type === "error");
      }
      if (!abort.signal.aborted && isRunning(state)) this.set(ended(state, cutOff), true);
    } catch (error) {
      if (!abort.signal.aborted) this.set(ended(state, problemOfError(error)), true);
    }
  };

  /** Stops the run; what has come stays. */
  readonly cancel = (): void => {
    if (!isRunning(this.state) && this.state.phase !== "live") return;
    this.abort?.abort();
    this.set({ ...this.state, live: null, phase: "cancelled", elapsedMs: performance.now() - this.state.startedAt }, true);
  };

  /** Shows the rows of a statement as they are stored, from now on and until something else is run. */
  readonly follow = async (request: QueryRequest, plan: TailPlan & { ok: true }): Promise<void> => {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const state: RunState = { ...idle, phase: "live", request, answered: request, dataset: plan.request.dataset, startedAt: performance.now() };
    this.set(withLive(state, liveStart(plan.columns)), true);
    try {
      await follow(plan.request, abort.signal, (event) => {
        if (!abort.signal.aborted && this.state.live) this.set(withLive(this.state, liveAfter(this.state.live, event)), false);
      });
    } catch (error) {
      if (!abort.signal.aborted) this.set({ ...this.state, phase: "failed", live: null, problem: problemOfError(error) }, true);
    }
  };

  /** Lets live rows wait for a reason, or no longer. */
  readonly pause = (reason: PauseReason, isOn: boolean): void => {
    if (this.state.live) this.set(withLive(this.state, livePaused(this.state.live, reason, isOn)), true);
  };

  /** Drops the run with its rows. */
  readonly forget = (): void => {
    this.abort?.abort();
    this.set(idle, true);
  };

  /** Stops the run without a word, when the page is left. */
  readonly dispose = (): void => this.abort?.abort();

  private set(state: RunState, now: boolean): void {
    this.state = state;
    if (now) this.published();
    else if (!this.scheduled) {
      this.scheduled = true;
      requestAnimationFrame(this.published);
    }
  }
}
