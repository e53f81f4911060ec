import assert from "node:assert/strict";
import { CostPopover } from "./page-objects/cost-popover.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

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
];
