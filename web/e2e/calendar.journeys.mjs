import assert from "node:assert/strict";
import { seriousViolations } from "./axe.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

async function auditCalendar(page) {
  const logs = new LogSearchPage(page);
  await logs.open();
  await logs.time.open();
  await logs.time.from.fill("2026-03-10");
  await logs.time.to.fill("2026-03-20");
  await logs.time.day(31).waitFor();
  assert.deepEqual(await seriousViolations(page), []);
}

export const journeys = [
  {
    name: "calendar: two clicks choose the days, which stand in the texts and become the range",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.time.open();
      await logs.time.from.fill("2026-03-10");
      await logs.time.to.fill("2026-03-12");
      assert.deepEqual(await logs.time.chosenDays(), ["10", "11"]);
      await logs.time.day(17).click();
      assert.equal(await logs.time.from.inputValue(), "2026-03-17T00:00:00Z");
      assert.equal(await logs.time.to.inputValue(), "2026-03-18T00:00:00Z");
      await logs.time.day(14).click();
      assert.deepEqual(await logs.time.chosenDays(), ["14", "15", "16", "17"]);
      await logs.time.dialog.getByText("4 d wide").waitFor();
      await logs.time.dialog.getByRole("button", { name: "Month after" }).click();
      await logs.time.dialog.getByRole("heading", { name: "April 2026" }).waitFor();
      assert.deepEqual(await logs.time.chosenDays(), []);
      await logs.time.apply();
      await page.waitForURL(/from=2026-03-14T00:00:00Z&to=2026-03-18T00:00:00Z/);
      await logs.grid.empty.waitFor();
    },
  },
  {
    name: "calendar: days are chosen by keys, and those without data say so",
    async run(page) {
      const logs = new LogSearchPage(page);
      await logs.open();
      await logs.time.open();
      await logs.time.from.fill("2026-03-31");
      await logs.time.to.fill("2026-04-01");
      await logs.time.from.focus();
      await page.keyboard.press("Shift+Tab");
      const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
      assert.equal(await focused(), "Tuesday, March 31, 2026, no data");
      await page.keyboard.press("PageUp");
      assert.equal(await focused(), "Saturday, February 28, 2026, no data");
      for (const key of ["Home", "ArrowUp", "ArrowRight"]) await page.keyboard.press(key);
      assert.equal(await focused(), "Tuesday, February 17, 2026, no data");
      await page.keyboard.press("Enter");
      await page.keyboard.press("End");
      assert.deepEqual(await logs.time.chosenDays(), ["17", "18", "19", "20", "21", "22"]);
      await page.keyboard.press("Enter");
      assert.equal(await logs.time.from.inputValue(), "2026-02-17T00:00:00Z");
      assert.equal(await logs.time.to.inputValue(), "2026-02-23T00:00:00Z");
      await page.keyboard.press("Escape");
      await logs.time.closed();
      await logs.time.open();
      const today = logs.time.month.locator("[aria-current=date]");
      assert.doesNotMatch(await today.getAttribute("aria-label"), /no data/);
    },
  },
  { name: "calendar: axe finds nothing serious in the light theme", run: auditCalendar, bypassCsp: true },
  { name: "calendar: axe finds nothing serious in the dark theme", run: auditCalendar, bypassCsp: true, theme: "dark" },
];
