import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { seriousViolations } from "./axe.mjs";
import { IngestPage } from "./page-objects/ingest-page.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";

// A zone of its own for each journey, so that what one sends is not counted by another.
const freshZone = () => `e2e-${randomBytes(4).toString("hex")}.example.com`;
const record = (k) => JSON.stringify({ RayID: `e2e${k}`, EdgeStartTimestamp: new Date().toISOString(), ClientRequestHost: "example.com" });

async function send(page, zone, lines, dataset = "http_requests") {
  const response = await page.request.post(`/api/ingest/e2e/${zone}/${dataset}`, { data: lines.join("\n"), headers: { "Content-Type": "application/x-ndjson" } });
  assert.equal(response.status(), 200, await response.text());
}

const isStatus = (url) => url.pathname === "/api/ingest/status";

async function auditIngest(page) {
  const ingest = new IngestPage(page);
  const zone = freshZone();
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  await send(page, zone, [record(1), "nonsense"]);
  await ingest.open(`e2e/${zone}`);
  await ingest.row("http_requests", zone).waitFor();
  await clean("set-up and activity");
  await ingest.openRow("http_requests", zone);
  await ingest.test();
  await clean("open row and test result");
  await ingest.zone.fill("not a zone");
  await page.getByText(/letters, digits/).waitFor();
  await clean("a wrong name");
  await page.setViewportSize({ width: 1024, height: 768 });
  await clean("narrow");
}

export const journeys = [
  {
    name: "from set-up to rejects: copy the destination, test, send a batch with bad lines, see why they were rejected",
    async run(page) {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const ingest = new IngestPage(page);
      const zone = freshZone();
      await ingest.open(`e2e/${zone}`);
      assert.equal(await page.title(), "Ingest · Varve");
      await ingest.arrival.getByText("Waiting for the first batch").waitFor();
      const destination = await ingest.copy("destination_conf");
      assert.equal(destination, `https://${new URL(page.url()).host}/api/ingest/e2e/${zone}/http_requests`);
      assert.equal(await ingest.textOf("destination_conf"), destination);

      assert.match(await ingest.test(), /The way works.*200.*not stored/s);
      await ingest.arrival.getByText("Test upload received").waitFor();
      await ingest.arrival.getByText("Waiting for the first batch").waitFor();

      await send(page, zone, [record(1), "nonsense", record(2), "[1]", record(3), "{"]);
      await ingest.arrival.getByText(/^First batch/).waitFor();
      assert.match(await ingest.arrival.innerText(), /3 records, 3 rejected/);
      await ingest.row("http_requests", zone).getByText(/3 records, 3 rejected/).waitFor();
      await page.getByRole("button", { name: `Scope: e2e, ${zone}` }).waitFor();

      await ingest.openRow("http_requests", zone);
      const reasons = page.getByRole("region", { name: "Rejected lines" });
      await reasons.getByText("not a JSON object").waitFor();
      assert.equal(await reasons.getByRole("link", { name: /^Example of/ }).count(), 3);
      await reasons.getByRole("link", { name: "Example of: not a JSON object" }).click();
      await page.waitForURL(/\/logs\?/);
      const logs = new LogSearchPage(page);
      await logs.status.isComplete();
      assert.equal(await logs.grid.count(), 1);
      assert.equal(await logs.grid.cell(0, "Line").innerText(), "[1]");
      await page.goBack();
      await ingest.row("http_requests", zone).getByRole("link", { name: /3 rejected lines/ }).click();
      await logs.grid.ready();
      assert.equal(await logs.grid.count(), 3);
    },
  },
  {
    name: "every way has its texts, and they follow the dataset, the zone and the address",
    async run(page) {
      const ingest = new IngestPage(page);
      const zone = freshZone();
      await ingest.open(`e2e/${zone}`);
      await ingest.chooseWay("HTTP");
      await page.waitForURL(/\/ingest\/http/);
      assert.match(await ingest.textOf("NDJSON"), new RegExp(`/api/ingest/e2e/${zone}/http_requests'`));
      await page.getByRole("tab", { name: "CSV" }).click();
      assert.match(await ingest.textOf("CSV"), /text\/csv/);
      await page.getByRole("tab", { name: "Vector" }).click();
      await page.getByText('type = "http"').waitFor();
      await ingest.chooseWay("Command line");
      assert.match(await ingest.textOf("Files"), new RegExp(`varve ingest .*--account e2e --zone ${zone}`));
      await ingest.chooseDataset("audit_logs");
      await ingest.zone.waitFor({ state: "hidden" });
      await page.getByRole("group", { name: "Text of Files" }).getByText("--dataset audit_logs").waitFor();
      assert.doesNotMatch(await ingest.textOf("Files"), /--zone/);
      const address = ingest.address;
      await address.fill("logs.example.com");
      await address.press("Enter");
      await ingest.chooseWay("Logpush over HTTP");
      await page.getByRole("group", { name: "Text of destination_conf" }).getByText("https://logs.example.com/api/ingest/e2e/-/audit_logs").waitFor();
      await page.getByRole("tab", { name: "Terraform" }).click();
      assert.match(await ingest.textOf("Terraform"), /account_id\s+= var\.account_id/);
      await page.reload();
      await page.getByRole("group", { name: "Text of destination_conf" }).getByText("https://logs.example.com/api/ingest/e2e/-/audit_logs").waitFor();
    },
  },
  {
    name: "figures that can't be read say so, and come back",
    allowedStatus: [503],
    async run(page) {
      const ingest = new IngestPage(page);
      const zone = freshZone();
      await send(page, zone, [record(1)]);
      await page.goto("/logs");
      await page.getByRole("link", { name: "Ingest" }).click();
      await page.goto(`/ingest?scope=e2e/${zone}`);
      await ingest.row("http_requests", zone).waitFor();
      await page.route(isStatus, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"The store is away."}' }));
      await page.getByRole("alert").getByText(/can’t be read: The store is away\. Those below are older/).waitFor();
      await ingest.row("http_requests", zone).waitFor();
      await page.unroute(isStatus);
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("alert").waitFor({ state: "hidden" });
    },
  },
  {
    name: "a zone is typed, kept in the address, and a wrong one is said",
    async run(page) {
      const ingest = new IngestPage(page);
      await ingest.open("e2e/first.example.com");
      const zone = ingest.zone;
      await zone.fill("second.example.com");
      await zone.press("Enter");
      await page.waitForURL(/scope=e2e\/second\.example\.com/);
      await page.getByRole("group", { name: "Text of destination_conf" }).getByText("/e2e/second.example.com/").waitFor();
      await zone.fill("no good");
      await zone.press("Enter");
      await page.getByText(/1 to 64 letters, digits/).waitFor();
      assert.match(page.url(), /second\.example\.com/);
      await zone.press("Escape");
      assert.equal(await zone.inputValue(), "second.example.com");
    },
  },
  {
    name: "the page is used by keyboard alone",
    async run(page) {
      const ingest = new IngestPage(page);
      const zone = freshZone();
      await send(page, zone, [record(1), "nonsense"]);
      await ingest.open(`e2e/${zone}`);
      await ingest.row("http_requests", zone).waitFor();
      const tabTo = async (name) => {
        for (let k = 0; k < 60; k++) {
          await page.keyboard.press("Tab");
          if ((await page.evaluate(() => document.activeElement?.textContent ?? "")).includes(name)) return;
        }
        assert.fail(`${name} can't be reached by Tab`);
      };
      await tabTo(`http_requests${zone}`);
      await page.keyboard.press("Enter");
      await page.getByRole("region", { name: "Rejected lines" }).waitFor();
      await tabTo("Command line");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/ingest\/cli/);
      await tabTo("Test the way");
      await page.keyboard.press("Enter");
      await ingest.testResult.getByText("The way works").waitFor();
    },
  },
  { name: "axe finds nothing serious on Ingest in the light theme", run: auditIngest, bypassCsp: true },
  { name: "axe finds nothing serious on Ingest in the dark theme", run: auditIngest, bypassCsp: true, theme: "dark" },
];
