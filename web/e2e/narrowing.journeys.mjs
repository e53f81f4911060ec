import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

const aggregate = "SELECT ClientIP, COUNT(*) AS n FROM http_requests GROUP BY ClientIP ORDER BY n DESC LIMIT 10";

/** What an analyst does between the first rows and the answer: filters, fields, time, saved and shared views, files. */
export const journeys = [
  {
    name: "filters become SQL, SQL becomes filters, and what they can't say is said",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.filters.add("EdgeResponseStatus", "is any of", "403\n404");
      await page.waitForURL(/q=/);
      await logs.status.isComplete();
      await logs.filters.add("ClientRequestPath", "contains", "/");
      await logs.filters.pill("ClientRequestPath").waitFor();
      await logs.status.isComplete();
      assert.deepEqual(await logs.filters.words(), ["EdgeResponseStatus is any of 403, 404", "ClientRequestPath contains /"]);
      assert.match(await logs.editor.value(), /WHERE EdgeResponseStatus IN \(403, 404\) AND ClientRequestPath ILIKE '%\/%'/);
      assert.match(await logs.grid.cell(0, "EdgeResponseStatus").innerText(), /^40[34]$/);
      await logs.filters.add("BotScore", "<", "30", "Or");
      await logs.filters.pill("BotScore").waitFor();
      assert.match(await logs.editor.value(), /\(EdgeResponseStatus IN \(403, 404\) AND .*\) OR \(BotScore < 30\)/s);
      await logs.filters.bar.getByRole("button", { name: /^Remove BotScore/ }).click();
      await logs.filters.pill("BotScore").waitFor({ state: "hidden" });
      await logs.filters.pill("EdgeResponseStatus").getByRole("button").first().click();
      await logs.filters.fill("is", "404");
      await logs.filters.bar.getByText("404", { exact: true }).waitFor();
      assert.match(await logs.editor.value(), /WHERE EdgeResponseStatus = 404 AND/);
      await logs.editor.run("SELECT * FROM http_requests WHERE lower(ClientRequestHost) = 'x' LIMIT 5");
      await logs.filters.bar.getByText(/Custom SQL: lower is no field of the dataset/).waitFor();
      await page.goBack();
      await logs.filters.pill("EdgeResponseStatus").waitFor();
    },
  },
  {
    name: "a value that is none of the field's type is refused where it is typed, and frequent ones are offered",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.filters.bar.getByRole("button", { name: "Add filter" }).click();
      await logs.filters.form.getByLabel("Find a field").fill("edgeresponsestatus");
      await page.keyboard.press("Enter");
      await logs.filters.form.getByLabel("Value", { exact: true }).fill("four");
      await logs.filters.form.getByRole("button", { name: "Apply" }).click();
      await logs.filters.form.getByText("'four' is no value of the type int.").waitFor();
      await logs.filters.form.getByRole("list", { name: "Frequent values" }).getByRole("button", { name: /^200 / }).click();
      await logs.filters.form.getByRole("button", { name: "Apply" }).click();
      await logs.filters.pill("EdgeResponseStatus").getByText("200").waitFor();
    },
  },
  {
    name: "the field panel shows the frequent values of a field, and one of them narrows the query",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.fields.open("EdgeResponseStatus");
      const first = logs.fields.values("EdgeResponseStatus").getByRole("listitem").first();
      assert.match((await first.innerText()).replaceAll(/\s+/g, " "), /^\d{3} [\d.]+ %/);
      await first.hover();
      await first.getByRole("button", { name: /^Only EdgeResponseStatus/ }).click();
      await logs.filters.pill("EdgeResponseStatus").waitFor();
      await logs.fields.panel.getByLabel("Find in fields").fill("ClientCity");
      await logs.fields.panel.getByText("ClientCity").hover();
      await logs.fields.panel.getByRole("button", { name: "Show ClientCity in the table" }).click();
      await page.waitForURL(/cols=.*ClientCity/);
      assert.ok((await logs.grid.fields()).includes("ClientCity"));
      await logs.grid.focus();
      await page.keyboard.press("[");
      await logs.fields.panel.waitFor({ state: "hidden" });
    },
  },
  {
    name: "all that matches is exported past the page's rows, and the shared address has absolute times",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.histogram.ready();
      const total = await logs.histogram.total();
      assert.ok(total > (await logs.grid.count()), `${total} events`);
      const coming = page.waitForEvent("download", { timeout: 120_000 });
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await page.getByRole("menuitem", { name: "NDJSON" }).first().click();
      const file = await coming;
      assert.match(file.suggestedFilename(), /^varve-.*\.ndjson$/);
      const lines = (await readFile(await file.path(), "utf8")).trimEnd().split("\n");
      // Events come in all the time where the zone is a busy one.
      assert.ok(lines.length >= total, `${lines.length} lines for ${total} events`);
      assert.ok("RayID" in JSON.parse(lines[0]));
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.getByRole("button", { name: "Share", exact: true }).click();
      await page.getByRole("button", { name: "Copied", exact: true }).waitFor();
      const address = new URL(await page.evaluate(() => navigator.clipboard.readText()));
      assert.match(address.searchParams.get("from"), /^\d{4}-.*Z$/);
      assert.match(address.searchParams.get("to"), /^\d{4}-.*Z$/);
    },
  },
  {
    name: "the histogram counts all that match, and a span picked in it is the range",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.histogram.ready();
      const all = await logs.histogram.total();
      assert.ok(all >= (await logs.grid.count()));
      await logs.histogram.brush(0.4, 0.6);
      await page.waitForURL(/from=\d{4}-/);
      await logs.status.isComplete();
      await page.waitForFunction((old) => {
        const text = document.querySelector("section[aria-label='Events over time'] b")?.textContent ?? "";
        return text !== "" && Number(text.replaceAll(/\D/g, "")) < old;
      }, all);
      const some = await logs.histogram.total();
      assert.ok(some > 0 && some < all, `${some} of ${all}`);
      await logs.histogram.breakDown("EdgeResponseStatus");
      await page.waitForURL(/by=EdgeResponseStatus/);
      await logs.histogram.section.getByRole("listitem").filter({ hasText: "200" }).waitFor();
      assert.equal(await logs.histogram.total(), some);
      await page.goBack();
      await page.goBack();
      await page.waitForURL((url) => !url.search.includes("from="));
      await logs.histogram.ready();
    },
  },
  {
    name: "a span is picked in the histogram by keys, and Z widens it again",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.histogram.ready();
      await logs.histogram.bars.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+ArrowRight");
      await logs.histogram.section.getByRole("status").getByText(/: [\d,]+ events?$/).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/from=\d{4}-/);
      await logs.status.isComplete();
      const narrow = new URL(page.url()).searchParams.get("from");
      await logs.grid.focus();
      await page.keyboard.press("Shift+Z");
      await page.waitForURL((url) => url.searchParams.get("from") !== narrow);
      assert.ok(new URL(page.url()).searchParams.get("from") < narrow);
    },
  },
  {
    name: "a query is saved, found again after a reload, opened and deleted",
    async run(page) {
      const logs = new LogSearchPage(page);
      const name = `Grouped ${Date.now()}`;
      await logs.open();
      await logs.editor.run(aggregate);
      await page.waitForURL(/q=/);
      await logs.grid.cell(0, "n").waitFor();
      await logs.saved.open();
      await logs.saved.save(name, "Who asks most");
      await page.goto("/logs");
      await logs.grid.ready();
      await logs.saved.open();
      await logs.saved.entry(name).getByText("Who asks most").click();
      await logs.grid.cell(0, "n").waitFor();
      assert.equal(await logs.editor.value(), aggregate);
      await logs.saved.open();
      await logs.saved.entry(name).getByRole("button", { name: `Delete ${name}` }).click();
      await logs.saved.entry(name).waitFor({ state: "hidden" });
    },
  },
  {
    name: "a query that was run is among the recent ones and asked again from there",
    async run(page) {
      const logs = new LogSearchPage(page);
      const sql = `SELECT ClientIP, ${Date.now()} AS mark FROM http_requests LIMIT 3`;
      await logs.open();
      await logs.editor.run(sql);
      await logs.grid.cell(0, "mark").waitFor();
      await logs.status.isComplete();
      await page.goto("/logs");
      await logs.grid.ready();
      await logs.saved.openRecent();
      await logs.saved.recent.getByRole("button").filter({ hasText: sql }).filter({ hasText: "3 rows" }).click();
      await logs.grid.cell(0, "mark").waitFor();
      assert.equal(await logs.editor.value(), sql);
    },
  },
];
