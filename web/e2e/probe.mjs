/** Runs in the page before its own scripts: notes long tasks, when rows stand there, and when rows of an answer have come. */
export function probe() {
  const seen = { longTasks: [], firstRow: null, asked: null, rowsCame: null, keys: [] };
  globalThis.varveProbe = seen;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  // What is in the document is on the screen with the next frame. The page gets this function alone, so it stays in it.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const painted = (then) => requestAnimationFrame(() => setTimeout(then));
  const watching = new MutationObserver(() => {
    if (!document.querySelector("[role=gridcell]")) return;
    watching.disconnect();
    painted(() => (seen.firstRow = performance.now()));
  });
  watching.observe(document, { subtree: true, childList: true });

  /** Resolves with the time at which a cell of a column was painted. */
  seen.cellOf = (field) =>
    new Promise((resolve) => {
      const look = () => {
        if (!document.querySelector(`[role=gridcell][data-field="${field}"]`)) return;
        looking.disconnect();
        painted(() => resolve(performance.now()));
      };
      const looking = new MutationObserver(look);
      looking.observe(document.body, { subtree: true, childList: true });
    });

  const key = (e) => {
    if (e.key === "Enter") seen.asked = e.timeStamp;
    painted(() => seen.keys.push(performance.now() - e.timeStamp));
  };
  addEventListener("keydown", key, { capture: true });

  const ask = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await ask(...request);
    if (!response.body || new URL(response.url).pathname !== "/api/query") return response;
    seen.rowsCame = null;
    const decoder = new TextDecoder();
    const noted = new TransformStream({
      transform(chunk, controller) {
        if (seen.rowsCame === null && decoder.decode(chunk, { stream: true }).includes('"type":"rows"')) seen.rowsCame = performance.now();
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(noted), response);
  };
}

/** Scrolls the table by some pixels a frame and returns the time between frames, in milliseconds. */
export async function scroll({ step, frames }) {
  const scroller = document.querySelector("[data-scroller]");
  scroller.scrollTop = 0;
  const times = [];
  await new Promise((resolve) => {
    let last = null;
    const frame = (now) => {
      if (last !== null) times.push(now - last);
      last = now;
      scroller.scrollTop += step;
      if (times.length < frames) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  return times;
}
