import assert from "node:assert/strict";
import { seriousViolations } from "./axe.mjs";

export const journeys = [
  {
    name: "the datasets page says what is stored, and lists the fields of one",
    bypassCsp: true,
    async run(page) {
      await page.goto("/datasets");
      const row = page.getByRole("table", { name: "Datasets" }).getByRole("row").filter({ has: page.getByRole("link", { name: "http_requests" }) });
      await row.getByText(/[MGk]?B$/).first().waitFor();
      await row.getByRole("link", { name: "http_requests" }).click();
      await page.waitForURL(/\/datasets\/http_requests/);
      const fields = page.getByRole("region", { name: "Fields of http_requests" });
      await fields.getByLabel("Find in fields").fill("EdgeStartTimestamp");
      assert.match(await fields.getByRole("row").nth(1).innerText(), /EdgeStartTimestamp.*timestamp.*time/s);
      assert.deepEqual(await seriousViolations(page), []);
      await fields.getByRole("link", { name: "Open in Log search" }).click();
      await page.waitForURL(/\/logs\?.*ds=http_requests/);
    },
  },
];
