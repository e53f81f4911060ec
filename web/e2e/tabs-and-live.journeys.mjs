import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { seriousViolations } from "./axe.mjs";
import { CostPopover } from "./page-objects/cost-popover.mjs";
import { LiveTail } from "./page-objects/live-tail.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";
import { TabStrip } from "./page-objects/tab-strip.mjs";

const forbidden = "SELECT * FROM http_requests WHERE EdgeResponseStatus = 403 LIMIT 20";

// A zone of its own for each journey, so that what one sends is not seen by another.
const freshZone = () => `e2e-${randomBytes(4).toString("hex")}.example.com`;
const isTail = (url) => url.pathname === "/api/query/tail";

async function send(page, zone, from, count, more = {}) {
  const lines = Array.from({ length: count }, (_, k) =>
    JSON.stringify({ RayID: `live${from + k}`, EdgeStartTimestamp: new Date(Date.now() + k).toISOString(), ClientRequestHost: "example.com", ...more }),
  );
  const response = await page.request.post(`/api/ingest/e2e/${zone}/http_requests`, { data: lines.join("\n"), headers: { "Content-Type": "application/x-ndjson" } });
  assert.equal(response.status(), 200, await response.text());
}

/** Log search of a fresh zone with one record, followed live. */
async function followed(page) {
  const zone = freshZone();
  await send(page, zone, 0, 1);
  const logs = new LogSearchPage(page);
  const live = new LiveTail(page);
  await logs.open(`/logs?scope=e2e/${zone}`);
  await logs.grid.ready();
  await logs.grid.focus();
  await page.keyboard.press("Shift+L");
  await live.waiting.waitFor();
  await logs.status.line.getByText("Live", { exact: true }).waitFor();
  await logs.status.line.getByText("Connecting").waitFor({ state: "hidden" });
  return { zone, logs, live };
}

async function auditTabsAndLive(page) {
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  const { zone, logs, live } = await followed(page);
  await clean("waiting for live rows");
  await send(page, zone, 1, 3);
  await logs.grid.ready();
  await page.keyboard.press(" ");
  await live.strip.getByText(/^Paused/).waitFor();
  await clean("paused live rows");
  await new TabStrip(page).open();
  await logs.status.isComplete();
  await clean("tabs");
  const cost = new CostPopover(page);
  await cost.known();
  await cost.open();
  await clean("cost");
  await cost.close();
  await logs.editor.run("SELECT * FROM http_requests WHERE ClientIP = '0.0.0.1' AND EdgeResponseStatus = 403");
  await page.getByRole("button", { name: /^Without any filter\s*\d/ }).waitFor();
  await clean("offers of an empty answer");
}

export const journeys = [
  {
    name: "tabs hold a query each, survive a reload, and go back with the address",
    async run(page) {
      const logs = new LogSearchPage(page);
      const tabs = new TabStrip(page);
      await logs.open();
      assert.equal(await tabs.tabs.count(), 0);
      await tabs.open();
      await logs.status.isComplete();
      assert.deepEqual(await tabs.names(), ["http_requests", "http_requests"]);
      await logs.editor.run(forbidden);
      await page.waitForURL(/q=/);
      await logs.status.isComplete();
      assert.deepEqual(await tabs.names(), ["http_requests", "EdgeResponseStatus is 403"]);

      await logs.editor.write("SELECT 1 FROM http_requests");
      await page.keyboard.press("Alt+1");
      await tabs.isShown("http_requests");
      await logs.grid.ready();
      assert.doesNotMatch(page.url(), /q=/);
      await tabs.tab("EdgeResponseStatus is 403").click();
      await page.waitForURL(/q=/);
      // What was being written is still there, and the answer was not asked for again.
      assert.equal(await logs.editor.value(), "SELECT 1 FROM http_requests");
      assert.equal(await logs.grid.cell(0, "EdgeResponseStatus").innerText(), "403");

      await page.goBack();
      await tabs.isShown("http_requests");
      await page.goForward();
      await tabs.isShown("EdgeResponseStatus is 403");

      await tabs.rename("EdgeResponseStatus is 403", "Spike");
      await page.reload();
      await logs.status.isComplete();
      assert.deepEqual(await tabs.names(), ["http_requests", "Spike"]);
      assert.match(page.url(), /q=/);
      await tabs.tab("http_requests").click({ button: "middle" });
      await tabs.tab("http_requests").waitFor({ state: "hidden" });
      assert.equal(await tabs.tabs.count(), 0);
      assert.match(page.url(), /q=/);
    },
  },
  {
    name: "a query goes on in its tab while another is shown, and says what came",
    async run(page) {
      const logs = new LogSearchPage(page);
      const tabs = new TabStrip(page);
      await logs.open();
      await tabs.open();
      await logs.status.isComplete();
      const gate = {};
      gate.opened = new Promise((resolve) => {
        gate.open = resolve;
      });
      await page.route("**/api/query", async (route) => {
        await gate.opened;
        await route.continue();
      });
      await logs.editor.run(forbidden);
      await tabs.tab("EdgeResponseStatus is 403").getByRole("img", { name: "running" }).waitFor();
      await page.keyboard.press("Alt+1");
      await tabs.isShown("http_requests");
      gate.open();
      await tabs.tab("EdgeResponseStatus is 403").getByTitle(/^\d+ new rows$/).waitFor();
      await page.unroute("**/api/query");
      await page.keyboard.press("Alt+2");
      await logs.status.isComplete();
      assert.equal(await logs.grid.cell(0, "EdgeResponseStatus").innerText(), "403");
      assert.equal(await tabs.tabs.getByTitle(/new rows/).count(), 0);
    },
  },
  {
    name: "tabs are used by keyboard alone",
    async run(page) {
      const logs = new LogSearchPage(page);
      const tabs = new TabStrip(page);
      await logs.open();
      await tabs.open();
      await tabs.open();
      await logs.status.isComplete();
      await tabs.tabs.nth(2).focus();
      await page.keyboard.press("F2");
      await page.getByRole("textbox", { name: "Name of the tab" }).fill("Third");
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      assert.equal(await tabs.tabs.nth(0).getAttribute("aria-selected"), "true");
      await page.keyboard.press("End");
      await page.keyboard.press("Delete");
      await tabs.tab("Third").waitFor({ state: "hidden" });
      assert.equal(await tabs.tabs.count(), 2);
      assert.equal(await tabs.tabs.nth(0).getAttribute("aria-selected"), "true");
    },
  },
  {
    name: "live rows appear on top, wait while they are paused, and go on",
    async run(page) {
      const { zone, logs, live } = await followed(page);
      await send(page, zone, 1, 3);
      await logs.grid.ready();
      assert.equal(await logs.grid.count(), 3);
      await send(page, zone, 4, 40);
      await page.waitForFunction(() => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === "44");

      await page.keyboard.press(" ");
      await live.strip.getByText("Paused until you go on").waitFor();
      await send(page, zone, 44, 12);
      await live.button("12 new").click();
      await page.waitForFunction(() => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === "56");
      await live.strip.getByText("Rows appear as they are stored, the newest on top").waitFor();

      await logs.grid.openRow(2);
      await logs.drawer.ready();
      await live.strip.getByText("Paused while a record is open").waitFor();
      await page.keyboard.press("Escape");
      await live.strip.getByText("Rows appear as they are stored, the newest on top").waitFor();

      await logs.grid.grid.hover();
      await page.mouse.wheel(0, 400);
      await live.strip.getByText("Paused while you look further down").waitFor();
      await send(page, zone, 56, 5);
      await live.button("5 new").click();
      await page.waitForFunction(() => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === "61");

      await page.getByRole("button", { name: "Stop live" }).click();
      await logs.status.isComplete();
      assert.equal(await logs.grid.count(), 61);
    },
  },
  {
    name: "live rows follow the filters, and a statement that groups can't be followed",
    async run(page) {
      const { zone, logs, live } = await followed(page);
      await logs.editor.run("SELECT EdgeStartTimestamp, RayID FROM http_requests WHERE EdgeResponseStatus = 403");
      await page.waitForURL(/q=/);
      await logs.status.line.getByText("Connecting").waitFor({ state: "hidden" });
      await live.waiting.waitFor();
      await send(page, zone, 1, 2, { EdgeResponseStatus: 200 });
      await send(page, zone, 3, 1, { EdgeResponseStatus: 403 });
      await logs.grid.ready();
      assert.equal(await logs.grid.cell(0, "RayID").innerText(), "live3");
      assert.deepEqual(await logs.grid.fields(), ["EdgeStartTimestamp", "RayID"]);
      await logs.editor.run("SELECT RayID, count(*) AS n FROM http_requests GROUP BY RayID");
      await logs.status.isComplete();
      assert.ok(await live.toggle.isDisabled());
      await page.keyboard.press("Escape");
      await logs.grid.grid.hover();
      await live.toggle.hover({ force: true });
      await page.getByText("This statement can't be followed live: it groups its rows").waitFor();
    },
  },
  {
    name: "a live tail that is refused is tried again, and says so",
    allowedStatus: [503],
    async run(page) {
      await page.route(isTail, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"The store is away."}' }));
      const zone = freshZone();
      await send(page, zone, 0, 1);
      const logs = new LogSearchPage(page);
      const live = new LiveTail(page);
      await logs.open(`/logs?scope=e2e/${zone}`);
      await live.toggle.click();
      await logs.status.line.getByText(/Connection lost, trying again in [125] s: The store is away\./).waitFor();
      await page.unroute(isTail);
      await logs.status.line.getByText("Connecting").waitFor({ state: "hidden" });
      await logs.status.line.getByText(/Connection lost/).waitFor({ state: "hidden" });
      await send(page, zone, 1, 1);
      await logs.grid.ready();
    },
  },
  {
    name: "tabs are there again after another page, and a live one among them ends when a second goes live",
    async run(page) {
      const { logs, live } = await followed(page);
      const tabs = new TabStrip(page);
      await tabs.open();
      await logs.status.isComplete();
      await tabs.tabs.first().getByRole("img", { name: "live" }).waitFor();
      await live.toggle.click();
      await live.strip.waitFor();
      await tabs.tabs.first().getByRole("img", { name: "live" }).waitFor({ state: "hidden" });
      await logs.editor.run("SELECT RayID FROM http_requests WHERE RayID = 'live0'");
      await page.waitForURL(/q=/);
      await live.waiting.waitFor();

      await page.getByRole("link", { name: "Datasets" }).click();
      await page.waitForURL(/\/datasets/);
      await page.getByRole("link", { name: "Log search" }).click();
      await page.waitForURL(/\/logs\?.*q=/);
      await logs.status.isComplete();
      await tabs.isShown("RayID is live0");
      assert.equal(await logs.grid.cell(0, "RayID").innerText(), "live0");
      await tabs.tabs.first().click();
      await logs.grid.ready();
      assert.equal(await tabs.tabs.count(), 2);
    },
  },
  { name: "axe finds nothing serious in tabs, cost, offers and live rows in the light theme", run: auditTabsAndLive, bypassCsp: true },
  { name: "axe finds nothing serious in tabs, cost, offers and live rows in the dark theme", run: auditTabsAndLive, bypassCsp: true, theme: "dark" },
];
