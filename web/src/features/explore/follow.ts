import { problemOfError, type Problem } from "@/api/problem";
import { readTail, type TailRecord, type TailRequest } from "@/api/tail";

export type FollowEvent =
  | { kind: "connecting" }
  | { kind: "open" }
  | { kind: "rows"; cut: boolean; records: readonly TailRecord[] }
  /** The connection is gone and tried again after a while. */
  | { kind: "lost"; seconds: number; why: string };

export const backOffSeconds = [1, 2, 5, 10] as const;

/** The server says something every 15 s. */
const silenceMaxMs = 45_000;

/** What trying again will not change: the question itself is refused. */
const isFinal = ({ status }: Problem): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Follows records until the signal is aborted, over as many connections as it takes. Throws when the question is refused. */
export async function follow(request: TailRequest, signal: AbortSignal, on: (event: FollowEvent) => void, wait = sleep): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    on({ kind: "connecting" });
    const attempt = new AbortController();
    const silence = new Silence(() => attempt.abort(new Error("The server said nothing for 45 s.")));
    let why = "The server closed the connection.";
    let hasEnded = false;
    try {
      for await (const event of readTail(request, AbortSignal.any([signal, attempt.signal]))) {
        silence.broken();
        if (event.kind === "ready") {
          failures = 0;
          on({ kind: "open" });
        } else if (event.kind === "rows") on(event);
        else if (event.kind === "end") hasEnded = true;
      }
    } catch (error) {
      const problem = problemOfError(error);
      if (!signal.aborted && isFinal(problem)) throw error;
      why = problem.message;
    } finally {
      silence.end();
    }
    if (signal.aborted) return;
    if (hasEnded) continue;
    const seconds = backOffSeconds[Math.min(failures++, backOffSeconds.length - 1)]!;
    on({ kind: "lost", seconds, why });
    await wait(seconds * 1000, signal);
  }
}

/** Tells when nothing was heard for too long, as happens where a connection was dropped without a word. */
class Silence {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onTooLong: () => void) {
    this.broken();
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onTooLong, silenceMaxMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** Waits, or stops waiting when the signal is aborted. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
