import assert from "node:assert/strict";
import { seriousViolations } from "./axe.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

const aggregate = "SELECT ClientIP, COUNT(*) AS n FROM http_requests GROUP BY ClientIP ORDER BY n DESC LIMIT 10";

async function auditEverything(page) {
  const logs = new LogSearchPage(page);
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  await logs.open();
  await logs.grid.ready();
  await clean("rows");
  await logs.grid.openRow(1);
  await logs.drawer.ready();
  await clean("open record");
  await page.keyboard.press("Escape");
  await logs.time.open();
  await clean("time picker");
  await page.keyboard.press("Escape");
  await logs.time.closed();
  await logs.saved.open();
  await clean("saved queries");
  await page.keyboard.press("Escape");
  await logs.saved.openRecent();
  await clean("recent queries");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Dataset:/ }).click();
  await page.getByRole("dialog", { name: "Choose a dataset" }).waitFor();
  await clean("dataset picker");
}

export const journeys = [
  {
    name: "opening the page shows rows of http_requests",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      assert.match(page.url(), /\/logs(\?|$)/);
      assert.ok((await logs.grid.count()) > 0);
      assert.equal((await logs.grid.fields())[0], "EdgeStartTimestamp");
      assert.match(await logs.status.text(), /rows? in .* read of .* files? read/);
    },
  },
  {
    name: "a grouped query shows a plain table and survives a reload",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run(aggregate);
      await page.waitForURL(/q=/);
      await logs.grid.cell(0, "n").waitFor();
      const most = await logs.grid.cell(0, "n").innerText();
      assert.ok(Number(most.replaceAll(",", "")) > 0);
      assert.ok((await logs.grid.count()) <= 10);
      await page.reload();
      await logs.grid.cell(0, "n").waitFor();
      // Clients may tie for the first place, so only its count is sure to come back.
      assert.equal(await logs.grid.cell(0, "n").innerText(), most);
      assert.equal(await logs.editor.value(), aggregate);
    },
  },
  {
    name: "a wrong column name is marked in place and the suggestion applied",
    allowedStatus: [400],
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run("SELECT ClientIPP FROM http_requests LIMIT 5");
      await logs.editor.problem.getByText(/ClientIPP/).waitFor();
      await page.locator(".cm-lintRange-error", { hasText: "ClientIPP" }).waitFor();
      assert.match(await logs.status.text(), /Failed: unknown_column/);
      await logs.editor.problem.getByRole("button", { name: "Use ClientIP" }).click();
      await logs.status.isComplete();
      await logs.grid.cell(0, "ClientIP").waitFor();
      assert.equal(await logs.editor.value(), "SELECT ClientIP FROM http_requests LIMIT 5");
    },
  },
  {
    name: "a record opens in the drawer, and a value in it narrows the query",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      const ip = await logs.grid.cell(2, "ClientIP").innerText();
      await logs.grid.openRow(2);
      await logs.drawer.ready();
      assert.equal((await logs.drawer.json()).ClientIP, ip);
      assert.match(page.url(), /row=/);
      await logs.drawer.tab("Fields").click();
      await logs.drawer.onlyThis("ClientIP");
      await page.waitForURL(/q=/);
      await logs.status.isComplete();
      assert.match(await logs.editor.value(), new RegExp(`WHERE ClientIP = '${ip.replaceAll(".", String.raw`\.`)}'`));
      assert.equal(await logs.grid.cell(0, "ClientIP").innerText(), ip);
      await page.goBack();
      await logs.grid.ready();
      assert.doesNotMatch(await logs.editor.value(), /WHERE/);
    },
  },
  {
    name: "a Ray ID typed into the go-to box is looked up",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      const ray = await logs.firstRay();
      await logs.shell.goTo(ray);
      await page.waitForURL(new RegExp(`/logs/ray/${ray}`));
      await page.getByRole("heading", { name: `Ray ID ${ray}` }).waitFor();
      await logs.status.isComplete();
      await logs.drawer.ready();
      assert.equal(await logs.drawer.title(), ray);
      await logs.drawer.tab(/^Security events/).click();
      await page.getByRole("table", { name: "Security events" }).or(page.getByText("No record of firewall_events within an hour of this one has its Ray ID.")).waitFor();
    },
  },
  {
    name: "an unknown Ray ID gets an honest answer",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.shell.goTo("00000000deadbeef");
      await page.getByRole("heading", { name: "No record has this Ray ID" }).waitFor();
      await page.getByText(/\d+ of \d+ files? read\..*The answer is complete/s).waitFor();
    },
  },
  {
    name: "an empty answer says how many files were read",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.run("SELECT * FROM http_requests WHERE ClientIP = '0.0.0.1'");
      await logs.grid.empty.waitFor();
      await page.getByText(/\d+ of \d+ files? read\..*The answer is complete/s).waitFor();
      assert.match(await logs.status.text(), /Complete and exact 0 rows in/);
    },
  },
  {
    name: "times can be typed and stay relative in the address",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      await logs.grid.focus();
      await logs.time.set("now-36h", "now");
      await page.waitForURL(/from=now-36h/);
      await logs.status.isComplete();
      await logs.grid.ready();
      await logs.time.choose("All time");
      await page.waitForURL(/from=all/);
      await logs.status.isComplete();
    },
  },
  {
    name: "a link restores the statement, the columns and the open record",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      const long = `SELECT * FROM http_requests WHERE ClientIP NOT IN (${Array.from({ length: 120 }, (_, k) => `'192.0.2.${k + 100}'`).join(", ")}) ORDER BY EdgeStartTimestamp DESC LIMIT 50`;
      await logs.editor.run(long);
      await page.waitForURL(/q=z:/);
      await logs.status.isComplete();
      await logs.grid.openRow(4);
      await logs.drawer.ready();
      const title = await logs.drawer.title();
      await page.goto(page.url().replace("/logs?", "/logs?cols=EdgeStartTimestamp,RayID,ClientIP:200&nonsense=1&"));
      await logs.drawer.ready();
      assert.equal(await logs.drawer.title(), title);
      assert.deepEqual(await logs.grid.fields(), ["EdgeStartTimestamp", "RayID", "ClientIP"]);
      assert.equal((await logs.editor.value()).replaceAll(/\s+/g, " "), long);
      await page.getByText("Left out of the address, since it can't be read here: nonsense.").waitFor();
      assert.doesNotMatch(page.url(), /nonsense/);
    },
  },
  {
    name: "completion knows the columns whatever their case",
    allowedStatus: [400],
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.editor.write("SELECT * FROM http_requests WHERE ");
      await page.keyboard.type("edgeresponsest", { delay: 40 });
      await page.getByRole("option", { name: /EdgeResponseStatus/ }).waitFor();
      await page.waitForTimeout(100);
      await page.keyboard.press("Enter");
      await page.keyboard.type(" = 200");
      assert.match(await logs.editor.value(), /WHERE EdgeResponseStatus = 200$/);
      await page.keyboard.press("Control+Enter");
      await page.waitForURL(/q=/);
      await logs.grid.ready();
    },
  },
  {
    name: "a record opens, walks and closes by keyboard alone",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.grid.ready();
      for (let k = 0; k < 40 && (await page.evaluate(() => document.activeElement?.getAttribute("role"))) !== "grid"; k++) await page.keyboard.press("Tab");
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await logs.drawer.ready();
      const second = await logs.drawer.title();
      await page.keyboard.press("j");
      await page.waitForFunction((old) => document.querySelector("aside[aria-label=Record] h2")?.textContent !== old, second);
      assert.equal(await logs.grid.grid.getAttribute("aria-activedescendant"), "row-2");
      await page.keyboard.press("Escape");
      await logs.drawer.drawer.waitFor({ state: "hidden" });
    },
  },
  { name: "axe finds nothing serious in the light theme", run: auditEverything, bypassCsp: true },
  { name: "axe finds nothing serious in the dark theme", run: auditEverything, bypassCsp: true, theme: "dark" },
];
