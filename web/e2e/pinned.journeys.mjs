import assert from "node:assert/strict";
import { Files } from "./page-objects/files.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

const store = async (page, zone, ray) => {
  const data = JSON.stringify({ RayID: ray, ClientIP: "192.0.2.1", EdgeStartTimestamp: new Date().toISOString() });
  const response = await page.request.post(`/api/ingest/e2e/${zone}/http_requests`, { data, headers: { "Content-Type": "application/x-ndjson" } });
  assert.ok(response.ok(), await response.text());
};

/** Views that show what was there when they were shared. */
export const journeys = [
  {
    name: "a link pinned to a version shows what there was, whatever is stored since",
    async run(page, newPage) {
      const zone = `pinned-${Date.now()}`;
      await store(page, zone, "a1");
      const logs = new LogSearchPage(page);
      await logs.open(`/logs?scope=e2e/${zone}&ds=http_requests&from=all`);
      assert.match(await logs.status.text(), / 1 row in /);
      const link = await new Files(page).sharePinned();
      assert.match(link, new RegExp(`v=accounts/e2e/zones/${zone}/http_requests@1$`));
      await store(page, zone, "b2");
      const otherPage = await newPage();
      const other = new LogSearchPage(otherPage);
      await other.open(link);
      await otherPage.getByText("Pinned to version 1 of http_requests").waitFor();
      assert.match(await other.status.text(), / 1 row in /);
      await otherPage.getByRole("region", { name: "Events over time" }).getByText("1 event").waitFor();
      // A statement that is changed stays at the version.
      await other.filters.add("ClientIP", "is", "192.0.2.1");
      await other.filters.pill("ClientIP").waitFor();
      await other.status.isComplete();
      assert.match(otherPage.url(), /&v=/);
      assert.match(await other.status.text(), / 1 row in /);
      await otherPage.getByRole("button", { name: "Use the newest" }).click();
      await otherPage.getByText("Pinned to version 1 of http_requests").waitFor({ state: "hidden" });
      await otherPage.getByRole("status", { name: "Query status" }).getByText(/^2 rows in /).waitFor();
    },
  },
];
