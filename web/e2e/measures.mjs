import { LogSearchPage } from "./page-objects/log-search-page.mjs";
import { probe, scroll } from "./probe.mjs";
import { threadClock } from "./thread-time.mjs";

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
export const quantile = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const median = (numbers) => quantile(numbers, 0.5);

const twelve =
  "EdgeStartTimestamp, SecurityAction, EdgeResponseStatus, ClientIP, ClientCountry, WAFAttackScore, BotScore, ClientRequestMethod, ClientRequestHost, ClientRequestPath, RayID, EdgeResponseBytes";

const rounded = (ms) => ms.toFixed(ms < 10 ? 1 : 0);
const time = (what, measured, budget, note = "") => ({ what, measured, budget, unit: "ms", note });

async function freshPage(browser, baseUrl) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: baseUrl });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(probe);
  return page;
}

/** How long the first rows and an idle page take, each time in a fresh profile. */
export async function measureLoads(browser, baseUrl, times = 5) {
  const loads = [];
  for (let k = 0; k < times; k++) {
    const page = await freshPage(browser, baseUrl);
    const thread = await threadClock(page);
    await page.goto("/logs");
    await page.waitForFunction(() => globalThis.varveProbe.firstRow !== null);
    // Long tasks are told when they have ended: after a quiet half second there are none left to wait for.
    await page.waitForFunction(() => performance.now() - Math.max(globalThis.varveProbe.firstRow, ...globalThis.varveProbe.longTasks.map((t) => t.startTime + t.duration)) > 500);
    loads.push({
      worked: await thread.worked(),
      ...(await page.evaluate(() => {
        const { firstRow, longTasks } = globalThis.varveProbe;
        const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
        return { paint, firstRow, idle: Math.max(firstRow, ...longTasks.map((t) => t.startTime + t.duration)), nodes: document.querySelectorAll("*").length };
      })),
    });
    await page.context().close();
  }
  const of = (key) => median(loads.map((load) => load[key]));
  const note = `median of ${times} cold loads`;
  return [
    time("first contentful paint", of("paint"), 1200, note),
    time("first rows on the screen", of("firstRow"), 2000, note),
    time("time to interactive: rows there, no long task after", of("idle"), 2000, `${note}, ${rounded(of("worked"))} ms of the main thread`),
    { what: "DOM nodes of Log search", measured: of("nodes"), budget: 3000, unit: "", note: "" },
  ];
}

/** From Ctrl Enter, and from the arrival of the rows, to the first row on the screen. Each statement is new to the server. */
export async function measureQueries(browser, baseUrl, times = 10) {
  const page = await freshPage(browser, baseUrl);
  const logs = new LogSearchPage(page);
  await logs.open("/logs");
  const thread = await threadClock(page);
  const runs = [];
  for (let k = 0; k < times; k++) {
    await logs.editor.write(`SELECT EdgeStartTimestamp, ClientIP, ClientRequestPath, BotScore, ${k} AS mark${k} FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 500`);
    const before = await thread.worked();
    const shown = page.evaluate((field) => globalThis.varveProbe.cellOf(field), `mark${k}`);
    await page.keyboard.press("Control+Enter");
    const at = await shown;
    const { asked, rowsCame } = await page.evaluate(() => ({ asked: globalThis.varveProbe.asked, rowsCame: globalThis.varveProbe.rowsCame }));
    await logs.status.isComplete();
    runs.push({ all: at - asked, client: at - rowsCame, worked: (await thread.worked()) - before });
  }
  await page.context().close();
  return [
    time("query to first row on the screen", median(runs.map((r) => r.all)), null, `median of ${times}, with the server's time`),
    time("the same after the rows have come", median(runs.map((r) => r.client)), 50, `median of ${times}; a query is ${rounded(median(runs.map((r) => r.worked)))} ms of the main thread`),
  ];
}

/** Key press to paint, in the filter's field search and in the editor. */
export async function measureTyping(browser, baseUrl) {
  const page = await freshPage(browser, baseUrl);
  const logs = new LogSearchPage(page);
  await logs.open("/logs");
  const thread = await threadClock(page);
  const type = async (text) => {
    await page.evaluate(() => (globalThis.varveProbe.keys.length = 0));
    const before = await thread.worked();
    await page.keyboard.type(text, { delay: 60 });
    const worked = ((await thread.worked()) - before) / text.length;
    return { keys: await page.evaluate(() => globalThis.varveProbe.keys), worked };
  };
  await logs.filters.bar.getByRole("button", { name: "Add filter" }).click();
  await logs.filters.form.getByLabel("Find a field").click();
  const filter = await type("edgeresponsestatus");
  await page.keyboard.press("Escape");
  await logs.editor.write("SELECT * FROM http_requests");
  const editor = await type(" WHERE ClientRequestPath = '/login'");
  await page.context().close();
  return [["the filter", filter], ["the editor", editor]].map(([where, { keys, worked }]) =>
    time(`key press to paint in ${where}, p95`, quantile(keys, 0.95), 50, `median ${rounded(median(keys))} ms of ${keys.length}; a key is ${rounded(worked)} ms of the main thread`),
  );
}

/** Frames of the table with 100,000 rows of twelve columns in it, and the heap then. */
export async function measureTable(browser, baseUrl, rows = 100_000) {
  const page = await freshPage(browser, baseUrl);
  const logs = new LogSearchPage(page);
  // The server cuts an answer of the page at 10,000 rows, an export not.
  await page.route("**/api/query", (route) => route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), export: true }) }));
  const sql = `SELECT ${twelve} FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT ${rows}`;
  await logs.open(`/logs?from=all&q=${encodeURIComponent(sql)}`);
  const count = await logs.grid.count();
  const thread = await threadClock(page);
  const lines = [];
  for (const [step, budget] of [[60, 17], [400, 34]]) {
    await page.evaluate(() => (globalThis.varveProbe.longTasks.length = 0));
    const before = await thread.drew();
    const frames = await page.evaluate(scroll, { step, frames: 300 });
    const each = ((await thread.drew()) - before) / frames.length;
    const long = await page.evaluate(() => globalThis.varveProbe.longTasks.length);
    lines.push(time(`scrolling ${count} rows, ${step} px a frame, p95`, quantile(frames, 0.95), budget, `median ${rounded(median(frames))} ms, ${long} long tasks`));
    if (step === 60) lines.push(time("script, style and layout of such a frame", each, 6, "thread time, mean of 300"));
  }
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await page.context().close();
  return [...lines, { what: `heap with ${count} rows of 12 columns`, measured: usedSize / 1e6, budget: 150, unit: "MB", note: "after a collection" }];
}
