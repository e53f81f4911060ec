import assert from "node:assert/strict";
import { seriousViolations } from "./axe.mjs";
import { tabTo } from "./keys.mjs";
import { Files } from "./page-objects/files.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

// What the demo's generator plants: src/Varve.Generator/README.md.
const scanner = "203.0.113.86";
const blockingRule = { id: "5f2c7a0d9b1e4c3689d47e60ab12f935", text: "SQL injection in body: keyword sequence" };
const endless = "SELECT count(*) AS n FROM http_requests AS a CROSS JOIN http_requests AS b CROSS JOIN http_requests AS c WHERE a.BotScore + b.BotScore + c.BotScore = 7";

const oneLine = (text) => text.replaceAll(/\s+/g, " ");

const firstRows = async (grid) => [await grid.count(), ...(await Promise.all(Array.from({ length: 10 }, (_, row) => grid.row(row).innerText())))];

async function sample(page, title) {
  await page.getByRole("button", { name: "Samples" }).click();
  await page.getByRole("menuitem", { name: title }).click();
  await page.waitForURL(/q=/);
}

/** From all likely attacks to those of the one client behind the spike. */
async function findScanner(logs) {
  await logs.open();
  await sample(logs.page, "Likely attacks that nothing stopped");
  await logs.status.isComplete();
  await logs.histogram.ready();
  const peak = await logs.histogram.peak();
  await logs.histogram.brush(Math.max(0, peak - 0.02), Math.min(0.999, peak + 0.02));
  await logs.page.waitForURL(/from=\d{4}-/);
  await logs.status.isComplete();
  const client = await logs.fields.onlyFirst("ClientIP");
  await logs.editor.text.getByText(`'${client}'`).waitFor();
  await logs.status.isComplete();
  return client;
}

async function refuteExfiltration(logs) {
  const sql = oneLine(await logs.editor.value());
  await logs.editor.run(sql.replace(" ORDER BY", " AND OriginResponseBytes > 0 ORDER BY"));
  await logs.grid.empty.waitFor();
}

async function auditStories(page) {
  const logs = new LogSearchPage(page);
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  await findScanner(logs);
  await clean("a client and its values");
  await refuteExfiltration(logs);
  await clean("the empty answer");
  await logs.editor.run(endless);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText(/^Cancelled:/).waitFor();
  await clean("a cancelled run");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menu").waitFor();
  await clean("the export menu");
}

/** The work that the page is for, on what the demo has planted. */
export const journeys = [
  {
    name: "story: a scanner is found by its spike, is automated, and no data left to it",
    async run(page) {
      const logs = new LogSearchPage(page);
      assert.equal(await findScanner(logs), scanner);
      const found = await logs.grid.count();
      assert.ok(found > 0);
      await logs.fields.open("BotScore");
      const scores = await logs.fields.values("BotScore").getByRole("listitem").allInnerTexts();
      assert.deepEqual([...new Set(scores.map((text) => text.split("\n")[0]))].toSorted(), ["1", "2"], "all of it is automated");
      await logs.grid.focus();
      await page.keyboard.press("Control+e");
      await logs.editor.text.waitFor({ state: "hidden" });
      await page.keyboard.press("Control+e");
      await refuteExfiltration(logs);
      const [, read, total] = /(\d+) of (\d+) files? read\..*The answer is complete\./s.exec(await page.getByText(/files? read\..*The answer is complete/).innerText());
      assert.ok(Number(read) > 0 && Number(read) <= Number(total), `${read} of ${total} files`);
      assert.match(await logs.status.text(), /Complete and exact 0 rows in/);
    },
  },
  {
    name: "story: a customer is blocked at the checkout, and the rule that does it is found",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await sample(page, "403 responses: possible false positives");
      await logs.filters.add("ClientRequestPath", "is", "/checkout/address");
      await logs.filters.pill("ClientRequestPath").waitFor();
      await logs.status.isComplete();
      await logs.grid.openRow(0);
      await logs.drawer.ready();
      const ray = await logs.drawer.value("RayID");
      assert.equal(await logs.drawer.value("EdgeResponseStatus"), "403");
      assert.ok(Number(await logs.drawer.value("BotScore")) >= 30);
      await logs.shell.goTo(ray);
      await logs.drawer.tab(/^Security events/).click();
      const event = page.getByRole("list", { name: "Firewall events" }).getByRole("listitem").first();
      await event.getByText(blockingRule.text).waitFor();
      await event.getByText(`rule ${blockingRule.id}`).waitFor();
      await page.goto("/logs?ds=firewall_events");
      await logs.status.isComplete();
      await logs.editor.run("SELECT RuleID, Description, count(DISTINCT ClientIP) AS people FROM firewall_events WHERE Action = 'block' AND ClientRequestPath = '/checkout/address' GROUP BY RuleID, Description ORDER BY people DESC");
      await logs.grid.cell(0, "people").waitFor();
      assert.equal(await logs.grid.cell(0, "RuleID").innerText(), blockingRule.id);
      assert.ok(Number(await logs.grid.cell(0, "people").innerText()) > 1, "more than one customer is hit");
    },
  },
  {
    name: "story: a Ray ID is found from the go-to box within a second",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run("SELECT RayID, EdgeStartTimestamp FROM http_requests ORDER BY EdgeStartTimestamp LIMIT 3");
      await logs.grid.cell(0, "RayID").getByText(/\w/).waitFor();
      await logs.status.isComplete();
      assert.equal(await logs.grid.count(), 3);
      const rays = await Promise.all([0, 1, 2].map((row) => logs.grid.cell(row, "RayID").innerText()));
      const took = [];
      for (const ray of rays) {
        const started = Date.now();
        await logs.shell.goTo(ray);
        await logs.drawer.drawer.getByRole("heading", { name: ray }).waitFor();
        took.push(Date.now() - started);
        await logs.status.isComplete();
      }
      // The best of three: what else the machine does is not the page's.
      assert.ok(Math.min(...took) < 1000, `${took} ms`);
    },
  },
  {
    name: "story: a shared link shows the same rows to somebody else",
    async run(page, newPage) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.filters.add("ClientIP", "is", scanner);
      await logs.filters.pill("ClientIP").waitFor();
      await logs.status.isComplete();
      const link = await new Files(page).share();
      const other = new LogSearchPage(await newPage());
      await other.open(link);
      await other.grid.ready();
      assert.deepEqual(await firstRows(other.grid), await firstRows(logs.grid));
    },
  },
  {
    name: "story: a query without an end is cancelled, and the server stops it too",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run(endless);
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText(/^Cancelled: 0 rows had come/).waitFor();
      assert.match(await logs.status.text(), /^Cancelled/);
      for (let k = 0; k < 40; k++) {
        const { queries } = await (await page.request.get("/api/queries?account=default")).json();
        if (!queries.some((query) => query.sql === endless)) return;
        await page.waitForTimeout(250);
      }
      assert.fail("the server still runs it");
    },
  },
  {
    name: "story: half a million rows are exported, past what the page shows",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run("SELECT a.RayID, b.n FROM http_requests AS a CROSS JOIN (SELECT DISTINCT EdgeResponseStatus AS n FROM http_requests) AS b CROSS JOIN (SELECT DISTINCT ClientRequestMethod AS m FROM http_requests) AS c LIMIT 500000");
      await logs.grid.cell(0, "n").waitFor();
      // The header is a line of the file.
      assert.equal(await new Files(page).exportLines("CSV"), 500_001);
      await page.getByText(/^Exporting:/).waitFor({ state: "hidden" });
    },
  },
  {
    name: "story: from the load to an open record and a filter by keyboard alone",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      await tabTo(page, "Results");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await logs.drawer.ready();
      const client = await logs.drawer.value("ClientIP");
      await tabTo(page, "Only this ClientIP");
      await page.keyboard.press("Enter");
      await logs.filters.pill("ClientIP").getByText(client).waitFor();
      await logs.status.isComplete();
      await tabTo(page, "Add filter");
      await page.keyboard.press("Enter");
      await logs.filters.form.getByLabel("Find a field").waitFor();
      await page.keyboard.type("EdgeResponseStatus");
      await page.keyboard.press("Enter");
      await tabTo(page, "Operator");
      await page.keyboard.type("<");
      await tabTo(page, "Value");
      await page.keyboard.type("600");
      await page.keyboard.press("Enter");
      await logs.filters.pill("EdgeResponseStatus").getByText("600").waitFor();
      await logs.status.isComplete();
      assert.match(oneLine(await logs.editor.value()), /WHERE ClientIP = '.*' AND EdgeResponseStatus < 600/);
    },
  },
  { name: "story: axe finds nothing serious in the light theme", run: auditStories, bypassCsp: true },
  { name: "story: axe finds nothing serious in the dark theme", run: auditStories, bypassCsp: true, theme: "dark" },
];
