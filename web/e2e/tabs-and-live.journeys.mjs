import assert from "node:assert/strict";
import { CostPopover } from "./page-objects/cost-popover.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";
import { TabStrip } from "./page-objects/tab-strip.mjs";

const forbidden = "SELECT * FROM http_requests WHERE EdgeResponseStatus = 403 LIMIT 20";

export const journeys = [
  {
    name: "what a query would read is said before it is run, for each filter",
    allowedStatus: [400],
    async run(page) {
      const logs = new LogSearchPage(page);
      const cost = new CostPopover(page);
      await logs.open();
      const all = await cost.known();
      await logs.editor.write("SELECT ClientIP FROM http_requests WHERE ClientIP = '0.0.0.1' AND ClientRequestPath ILIKE '%login%'");
      await page.waitForFunction((old) => ![old, "–"].includes(document.querySelector("[aria-label^='Cost:']")?.textContent?.trim() ?? old), all);
      await cost.open();
      await cost.dialog.getByText("How each filter narrows").waitFor();
      await cost.dialog.getByText("ClientRequestPath ILIKE '%login%'").waitFor();
      await cost.dialog.getByText(/^leaves out \d+ of \d+ files?$/).first().waitFor();
      await cost.close();
      await logs.editor.write("SELECT Nope FROM http_requests");
      await page.getByRole("button", { name: "Cost: not known" }).waitFor();
      await cost.open();
      await cost.dialog.getByText(/Nope/).waitFor();
      assert.match(await logs.status.text(), /Complete and exact/);
    },
  },
  {
    name: "an empty answer says what each filter hides, and a click takes it out",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run("SELECT * FROM http_requests WHERE ClientIP = '0.0.0.1' AND EdgeResponseStatus = 403 LIMIT 20");
      await logs.grid.empty.waitFor();
      await page.getByText(/\d+ of \d+ files? read\..*The answer is complete/s).waitFor();
      const offers = page.getByRole("list", { name: "What would bring rows" });
      await offers.getByRole("button", { name: /Without EdgeResponseStatus is 403\s*no row either/ }).waitFor();
      const without = offers.getByRole("button", { name: /Without ClientIP is 0\.0\.0\.1\s*[\d,]+ rows?$/ });
      await without.waitFor();
      await offers.getByRole("button", { name: /Without any filter\s*[\d,]+ rows?$/ }).waitFor();
      await without.click();
      await logs.grid.ready();
      assert.equal((await logs.editor.value()).replaceAll(/\s+/g, " "), "SELECT * FROM http_requests WHERE EdgeResponseStatus = 403 LIMIT 20");
    },
  },
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
      let release = () => undefined;
      const held = new Promise((resolve) => (release = resolve));
      await page.route("**/api/query", async (route) => {
        await held;
        await route.continue();
      });
      await logs.editor.run(forbidden);
      await tabs.tab("EdgeResponseStatus is 403").getByRole("img", { name: "running" }).waitFor();
      await page.keyboard.press("Alt+1");
      await tabs.isShown("http_requests");
      release();
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
];
