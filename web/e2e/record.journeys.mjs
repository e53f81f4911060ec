import assert from "node:assert/strict";
import { seriousViolations } from "./axe.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

const q = (sql) => `/logs?q=${encodeURIComponent(sql)}`;
const search = "SELECT EdgeStartTimestamp, ClientIP, ClientRequestURI FROM http_requests WHERE ClientRequestURI LIKE '/search?q=wall+clock%' ORDER BY EdgeStartTimestamp DESC LIMIT 5";

async function auditRecord(page) {
  const logs = new LogSearchPage(page);
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  await logs.open(q("SELECT * FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp DESC LIMIT 50"));
  await logs.grid.openRow(0);
  await logs.drawer.events.waitFor();
  await clean("why blocked");
  await logs.drawer.tab(/^Security events/).click();
  await logs.drawer.rows("Security events").first().waitFor();
  await clean("security events");
  await page.keyboard.press("s");
  await logs.drawer.surrounding.waitFor();
  await clean("surrounding records");
  await logs.drawer.tab("Fields").click();
  await logs.drawer.openMenu("ClientIP");
  await logs.menu.countIn("firewall_events");
  await clean("menu of a value");
  await logs.open(q(search));
  await logs.grid.cell(0, "ClientRequestURI").hover();
  await page.getByRole("button", { name: "Show the whole value" }).click();
  await page.getByRole("dialog", { name: "ClientRequestURI" }).waitFor();
  await clean("whole value");
}

/** What an analyst does with one record: what acted on it, what came around it, where else its values are. */
export const journeys = [
  {
    name: "a wrongly blocked customer's 403 leads to the rule that did it, and to all that rule did",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.filters.add("EdgeResponseStatus", "is", "403");
      await page.waitForURL(/q=/);
      await logs.filters.add("ClientRequestPath", "is", "/checkout/address");
      await logs.filters.pill("ClientRequestPath").waitFor();
      await logs.status.isComplete();
      await logs.grid.openRow(0);
      await logs.drawer.ready();
      await logs.drawer.why.getByRole("button", { name: "Blocked by rule SQL injection in body: keyword sequence" }).waitFor();
      await logs.drawer.why.getByText("Managed rules").waitFor();
      await logs.drawer.why.getByText("Bot score").waitFor();
      const rule = (await logs.drawer.events.getByText(/^rule [0-9a-f]{32}$/).first().innerText()).slice(5);
      await logs.drawer.events.getByRole("link", { name: "All of this rule" }).first().click();
      await page.waitForURL(/ds=firewall_events/);
      await logs.filters.pill("RuleID").getByText(rule).waitFor();
      await logs.status.isComplete();
      assert.ok((await logs.grid.count()) > 1);
      await logs.grid.cell(0, "Description").getByText("SQL injection in body").waitFor();
    },
  },
  {
    name: "the records that belong to one are counted, open in the drawer, and lead back",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open(q("SELECT * FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp DESC LIMIT 50"));
      await logs.grid.openRow(0);
      await logs.drawer.ready();
      const ray = await logs.drawer.title();
      const events = logs.drawer.tab(/^Security events [1-9]/);
      await events.click();
      const count = Number((await events.innerText()).replaceAll(/\D/g, ""));
      assert.equal(await logs.drawer.rows("Security events").count(), count);
      await logs.drawer.openRelated("Security events", 0);
      await logs.drawer.tab("Request").waitFor();
      assert.equal(await logs.drawer.value("RayID"), ray);
      assert.equal(await logs.drawer.value("Action"), "block");

      await logs.drawer.tab("Request").click();
      await logs.drawer.openRelated("Request", 0);
      await logs.drawer.tab(/^Same client [1-9]/).click();
      await logs.drawer.rows("Same client").first().waitFor();
      assert.equal(await logs.drawer.drawer.locator("tr[aria-current=true]").count(), 1);
      await page.keyboard.press("Backspace");
      await logs.drawer.tab("Request").waitFor();
      await logs.drawer.back();
      await logs.drawer.why.waitFor();
      assert.equal(await logs.drawer.title(), ray);
      assert.equal(await logs.drawer.drawer.getByRole("button", { name: "Back to the record before" }).count(), 0);
    },
  },
  {
    name: "a request that nothing touched says so, and its client's others are listed",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open(q("SELECT * FROM http_requests WHERE SecurityAction = '' LIMIT 5"));
      await logs.grid.openRow(0);
      await logs.drawer.tab("Security events 0").click();
      await logs.drawer.drawer.getByText("No record of firewall_events within an hour of this one has its Ray ID.").waitFor();
      await logs.drawer.drawer.getByRole("link", { name: "Look over all time" }).waitFor();
      assert.equal(await logs.drawer.why.count(), 0);
    },
  },
  {
    name: "the records around one are shown in order, of the same client too, and open",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open(q("SELECT * FROM http_requests WHERE ClientIP = '203.0.113.86' ORDER BY EdgeStartTimestamp DESC LIMIT 50"));
      await logs.grid.focus();
      for (let k = 0; k < 11; k++) await page.keyboard.press("j");
      await page.keyboard.press("s");
      await logs.drawer.surrounding.waitFor();
      const ray = await logs.drawer.title();
      const rows = logs.drawer.rows("Records in order");
      assert.equal(await rows.count(), 21);
      const times = await rows.evaluateAll((all) => all.map((row) => row.cells[0].title));
      assert.deepEqual(times, times.toSorted());
      assert.equal(await rows.nth(10).getAttribute("aria-current"), "true");

      await logs.drawer.drawer.getByRole("button", { name: "10 more before" }).click();
      await rows.nth(30).waitFor();
      assert.equal(await rows.nth(20).getAttribute("aria-current"), "true");
      await logs.drawer.drawer.getByLabel("Which records").selectOption("Same client");
      await page.waitForFunction(() => document.querySelectorAll("table[aria-label='Records in order'] tbody tr").length === 21);
      await logs.drawer.openRelated("Records in order", 9);
      await logs.drawer.back();
      assert.equal(await logs.drawer.title(), ray);

      await page.keyboard.press("s");
      await logs.drawer.drawer.getByLabel("Which records").selectOption("Same client");
      await logs.drawer.drawer.getByRole("link", { name: "Open in Log search" }).click();
      await logs.filters.pill("ClientIP").getByText("203.0.113.86").waitFor();
      await page.waitForURL(/from=/);
      await logs.status.isComplete();
      const { searchParams } = new URL(page.url());
      assert.equal(Date.parse(searchParams.get("to")) - Date.parse(searchParams.get("from")), 20 * 60_000);
      await logs.drawer.ready();
      assert.equal(await logs.drawer.title(), ray);
    },
  },
  {
    name: "the menu of a client's address says where else it is, and leads there",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open(q("SELECT * FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp DESC LIMIT 50"));
      const ip = await logs.grid.cell(1, "ClientIP").innerText();
      await logs.grid.cell(1, "ClientIP").click({ button: "right" });
      const count = await logs.menu.countIn("firewall_events");
      assert.ok(count > 0);
      assert.ok((await logs.menu.countIn("http_requests")) > 0);
      await logs.menu.choose(/^firewall_events/);
      await page.waitForURL(/ds=firewall_events/);
      await logs.filters.pill("ClientIP").getByText(ip).waitFor();
      await logs.status.isComplete();
      assert.equal(await logs.histogram.total(), count);
    },
  },
  {
    name: "the menu of a value opens by key and in the drawer, narrows, adds a column and counts",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.focus();
      await page.keyboard.press("j");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press(".");
      await logs.menu.item("Only this").waitFor();
      await page.keyboard.press("Escape");
      await logs.menu.menu.waitFor({ state: "hidden" });
      await page.keyboard.press("=");
      await logs.filters.pill("EdgeResponseStatus").getByText("200").waitFor();
      await logs.status.isComplete();

      await logs.grid.openRow(0);
      await logs.drawer.openMenu("JA4");
      await logs.menu.choose("Add column");
      await logs.grid.cell(0, "JA4").waitFor();
      await logs.drawer.openMenu("JA4");
      await logs.menu.choose("Top values");
      await logs.grid.cell(0, "n").waitFor();
      assert.match(await logs.editor.value(), /SELECT JA4, COUNT\(\*\) AS n\s+FROM http_requests\s+WHERE EdgeResponseStatus = 200\s+GROUP BY JA4/);
    },
  },
  {
    name: "a double click copies a value, and an address opens decoded",
    async run(page) {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const logs = new LogSearchPage(page);
      await logs.open(q(search));
      const ip = await logs.grid.cell(1, "ClientIP").innerText();
      await logs.grid.cell(1, "ClientIP").dblclick();
      await page.getByRole("status", { name: "Copied" }).getByText(ip).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ip);
      await page.keyboard.press("Escape");
      await logs.drawer.drawer.waitFor({ state: "hidden" });

      await logs.grid.cell(0, "ClientRequestURI").hover();
      await page.getByRole("button", { name: "Show the whole value" }).click();
      const whole = page.getByRole("dialog", { name: "ClientRequestURI" });
      await whole.getByRole("definition").getByText("wall clock", { exact: true }).waitFor();
      await whole.getByRole("button", { name: "Copy decoded" }).click();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^\/search\nq=wall clock/);
      await page.keyboard.press("Escape");
      await whole.waitFor({ state: "hidden" });
    },
  },
  {
    name: "the editor completes the values of the field before the cursor",
    allowedStatus: [400],
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.write("SELECT * FROM http_requests WHERE EdgeResponseStatus IN ");
      await page.keyboard.type("(", { delay: 40 });
      await page.getByRole("option", { name: /^200/ }).waitFor();
      await page.keyboard.type("42", { delay: 40 });
      await page.getByRole("option", { name: /^429/ }).waitFor();
      await page.waitForTimeout(100);
      await page.keyboard.press("Enter");
      assert.match(await logs.editor.value(), /IN \(429\)$/);
      await page.keyboard.press("End");
      await page.keyboard.type(" AND SecurityAction = '", { delay: 20 });
      await page.getByRole("option", { name: /^block/ }).click();
      assert.match(await logs.editor.value(), /AND SecurityAction = 'block'$/);
      await page.keyboard.press("Control+Enter");
      await logs.filters.pill("SecurityAction").getByText("block").waitFor();
      await logs.status.isComplete();
      assert.ok((await logs.grid.count()) > 0);
    },
  },
  {
    name: "what is pasted onto the page becomes filters",
    async run(page) {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const logs = new LogSearchPage(page);
      const paste = async (text) => {
        await page.evaluate((value) => navigator.clipboard.writeText(value), text);
        await page.keyboard.press("Control+v");
      };
      await logs.open();
      await logs.grid.focus();
      await paste("203.0.113.86\n198.51.100.1");
      await logs.filters.pill("ClientIP").getByText("is any of").waitFor();
      await paste("EdgeResponseStatus:404");
      await logs.filters.pill("EdgeResponseStatus").getByText("404").waitFor();
      await paste("neither of these");
      await page.getByText("What was pasted makes no filter here").waitFor();
      assert.deepEqual(await logs.filters.words(), ["ClientIP is any of 203.0.113.86, 198.51.100.1", "EdgeResponseStatus is 404"]);

      await logs.filters.bar.getByRole("button", { name: "Add filter" }).click();
      await logs.filters.form.getByLabel("Find a field").focus();
      await paste("ClientRequestMethod = 'GET'");
      await logs.filters.form.waitFor({ state: "hidden" });
      await logs.filters.pill("ClientRequestMethod").getByText("GET").waitFor();
      await logs.status.isComplete();
      assert.match((await logs.editor.value()).replaceAll(/\s+/g, " "), /ClientIP IN \('203.0.113.86', '198.51.100.1'\) AND EdgeResponseStatus = 404 AND ClientRequestMethod = 'GET'/);
    },
  },
  { name: "axe finds nothing serious in an open record, light", run: auditRecord, bypassCsp: true },
  { name: "axe finds nothing serious in an open record, dark", run: auditRecord, bypassCsp: true, theme: "dark" },
];
