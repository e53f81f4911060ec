import assert from "node:assert/strict";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

const isPreferences = (url) => url.pathname.startsWith("/api/preferences");
const written = (page, name) => page.waitForResponse((r) => r.url().endsWith(`/api/preferences/${name}`) && r.request().method() !== "GET");

async function chooseDensity(page, from, to) {
  await page.getByRole("button", { name: `Density: ${from}` }).click();
  await page.getByRole("menuitem", { name: to }).click();
  await page.getByRole("button", { name: `Density: ${to}` }).waitFor();
}

async function toggleColumn(page, logs, name) {
  await logs.grid.focus();
  await page.keyboard.press("c");
  await page.getByRole("dialog", { name: "Columns of the table" }).getByLabel(name, { exact: true }).click();
  await page.keyboard.press("Escape");
}

async function resetColumns(page) {
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  const gone = written(page, "columns.http_requests");
  await page.getByRole("dialog", { name: "Columns of the table" }).getByRole("button", { name: "Reset" }).click();
  await gone;
  await page.keyboard.press("Escape");
}

const rowHeight = async (logs) => (await logs.grid.row(0).boundingBox()).height;

export const journeys = [
  {
    name: "preferences: columns and density follow the user into another browser, and the address wins over them",
    async run(page, newPage) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      const usual = await logs.grid.fields();
      const columns = written(page, "columns.http_requests");
      const density = written(page, "density");
      await toggleColumn(page, logs, "BotScore");
      await chooseDensity(page, "Normal", "Compact");
      assert.deepEqual((await Promise.all([columns, density])).map((response) => response.status()), [204, 204]);
      assert.equal(await rowHeight(logs), 22);

      const other = new LogSearchPage(await newPage());
      await other.open("/logs");
      await other.grid.cell(0, "BotScore").waitFor({ state: "detached" });
      assert.deepEqual(await other.grid.fields(), usual.filter((field) => field !== "BotScore"));
      assert.equal(await rowHeight(other), 22);
      await other.page.goto("/logs?cols=RayID,BotScore");
      await other.grid.cell(0, "BotScore").waitFor();
      assert.deepEqual(await other.grid.fields(), ["RayID", "BotScore"]);
      await other.open("/logs?ds=firewall_events");
      await other.grid.cell(0, "Action").waitFor();

      await resetColumns(page);
      const usualAgain = written(page, "density");
      await chooseDensity(page, "Compact", "Normal");
      await usualAgain;
      await other.open("/logs");
      await other.grid.cell(0, "BotScore").waitFor();
      assert.deepEqual(await other.grid.fields(), usual);
      assert.equal(await rowHeight(other), 26);
    },
  },
  {
    name: "preferences: the browser's copy stands in while the server is away, and is sent when it is back",
    allowedStatus: [503],
    async run(page) {
      const logs = new LogSearchPage(page);
      await page.route(isPreferences, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"The store is away."}' }));
      await logs.open();
      await logs.grid.ready();
      const refused = written(page, "density");
      await chooseDensity(page, "Normal", "Roomy");
      assert.equal((await refused).status(), 503);
      await logs.open("/logs");
      await logs.grid.ready();
      assert.equal(await rowHeight(logs), 32);
      await page.unroute(isPreferences);
      const sent = written(page, "density");
      await logs.open("/logs");
      assert.equal((await sent).status(), 204);
      const gone = written(page, "density");
      await chooseDensity(page, "Roomy", "Normal");
      assert.equal((await gone).request().method(), "DELETE");
    },
  },
];
