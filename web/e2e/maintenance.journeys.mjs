import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { seriousViolations } from "./axe.mjs";
import { StoragePage } from "./page-objects/storage-page.mjs";

const dayMs = 86_400_000;
const isMaintenance = (url) => url.pathname.endsWith("/maintenance");

// A zone of its own for each journey: what goes from it is missed by no other.
async function freshTable(page) {
  const zone = `e2e-${randomBytes(4).toString("hex")}.example.com`;
  const lines = [1, 2, 20, 40].map((days) => JSON.stringify({ RayID: `ray${days}`, EdgeStartTimestamp: new Date(Date.now() - days * dayMs).toISOString(), ClientIP: "203.0.113.9" }));
  const response = await page.request.post(`/api/ingest/e2e/${zone}/http_requests`, { data: lines.join("\n"), headers: { "Content-Type": "application/x-ndjson" } });
  assert.equal(response.status(), 200, await response.text());
  return `e2e/${zone}`;
}

async function placeHold(storage, name, where) {
  const form = await storage.openHoldForm();
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Condition").fill(where);
  await form.getByLabel("Reason").fill("letter of the court");
  await form.getByRole("button", { name: "Place the hold" }).click();
  await storage.holds.getByRole("row", { name: new RegExp(name) }).waitFor();
}

async function audit(page) {
  const storage = new StoragePage(page);
  const clean = async (what) => assert.deepEqual(await seriousViolations(page), [], what);
  await storage.open(await freshTable(page));
  await storage.figure("Records").waitFor();
  await clean("as it opens");
  await placeHold(storage, "case-17", "RayID = 'ray40'");
  await (await storage.openHoldForm()).getByRole("button", { name: "Place the hold" }).click();
  await storage.holds.getByText("1 to 64 letters").waitFor();
  await clean("a hold, and a form with problems");
  await storage.count("RayID = 'ray40'", "request 4711");
  await storage.erase.getByRole("alert").waitFor();
  await clean("a refusal");
  await storage.changeRetention("30", "d");
  await storage.dialog.waitFor();
  await clean("a confirmation");
  await storage.dialog.getByRole("button", { name: "Save" }).click();
  await storage.dialog.waitFor({ state: "hidden" });
  await storage.retention.getByText(/keeps 1 record/).waitFor();
  await page.setViewportSize({ width: 1024, height: 768 });
  await clean("narrow");
}

export const journeys = [
  {
    name: "retention is set, what is past it is shown, and goes after a confirmation",
    async run(page) {
      const storage = new StoragePage(page);
      await page.goto(`/datasets/http_requests?scope=${await freshTable(page)}`);
      await page.getByRole("tab", { name: "Storage & retention" }).click();
      await page.waitForURL(/tab=storage/);
      await storage.figure("Records").getByText("4", { exact: true }).waitFor();
      await storage.retention.getByText("kept for ever").waitFor();

      await storage.changeRetention("0", "d");
      await storage.retention.getByText("A whole number from 1 to 36500").waitFor();
      await storage.retention.getByLabel("Keep for").fill("30");
      await storage.retention.getByLabel("Reason").fill("policy 7");
      await storage.retention.getByRole("button", { name: "Save" }).click();
      await storage.dialog.getByText(/go within the hour/).waitFor();
      await storage.dialog.getByText(/There is 1 of them/).waitFor();
      await storage.dialog.getByRole("button", { name: "Save" }).click();
      await storage.retention.getByText("kept for 30 days, by date").waitFor();
      await storage.retention.getByText(/Past it: 1 record in 1 file/).waitFor();

      await storage.retention.getByRole("button", { name: "Take away now" }).click();
      await storage.dialog.getByText(/1 record in 1 file/).waitFor();
      await storage.dialog.getByRole("button", { name: "Take away" }).click();
      await storage.retention.getByText("1 record went: 1 file went whole.").waitFor();
      await storage.retention.getByText("Nothing is past it.").waitFor();
      await storage.figure("Records").getByText("3", { exact: true }).waitFor();

      await storage.changeRetention(null, "ever");
      await storage.retention.getByText("kept for ever").waitFor();
      await storage.storage.getByRole("button", { name: "Look after it now" }).click();
      await storage.storage.getByText(/UTC, just now: /).waitFor();
    },
  },
  {
    name: "a hold keeps its record from erasure until it is lifted",
    allowedStatus: [400, 409],
    async run(page) {
      const storage = new StoragePage(page);
      await storage.open(await freshTable(page));
      const form = await storage.openHoldForm();
      await form.getByRole("button", { name: "Place the hold" }).click();
      await form.getByText("1 to 64 letters").waitFor();
      await form.getByLabel("Name").fill("case-17");
      await form.getByLabel("From").fill("2026-02-02");
      await form.getByLabel("To (").fill("2026-01-01");
      await form.getByLabel("Condition").fill("Nonsense = 1");
      await form.getByLabel("Reason").fill("letter of the court");
      await form.getByText("It ends before it begins").waitFor();
      await form.getByLabel("From").fill("");
      await form.getByLabel("To (").fill("");
      await form.getByRole("button", { name: "Place the hold" }).click();
      await form.getByRole("alert").getByText(/no column Nonsense/).waitFor();
      await form.getByLabel("Condition").fill("RayID = 'ray2'");
      await form.getByLabel("Condition").press("Enter");
      const row = storage.holds.getByRole("row", { name: /case-17/ });
      assert.match(await row.innerText(), /all time.*RayID = 'ray2'.*by everyone.*letter of the court/s);

      await storage.count("RayID = 'ray2'", "request 4711");
      await storage.erase.getByRole("alert").getByText(/under the hold 'case-17'/).waitFor();

      await row.getByRole("button", { name: "Lift case-17" }).click();
      await storage.dialog.getByRole("button", { name: "Lift the hold" }).click();
      await storage.dialog.getByText("Say why").waitFor();
      await storage.dialog.getByLabel("Reason").fill("case closed");
      await storage.dialog.getByLabel("Reason").press("Enter");
      await storage.dialog.waitFor({ state: "hidden" });
      await row.waitFor({ state: "hidden" });

      await storage.erase.getByRole("button", { name: "Count them first" }).click();
      await storage.erase.getByText(/^1 record in 1 file.*Nothing is erased yet/).waitFor();
      await storage.erase.getByRole("button", { name: "Erase", exact: true }).click();
      await storage.dialog.getByRole("button", { name: "Erase for good" }).click();
      await storage.dialog.getByText("Type 1", { exact: true }).waitFor();
      await storage.dialog.getByLabel("Number of records that go").fill("1");
      await storage.dialog.getByRole("button", { name: "Erase for good" }).click();
      await storage.erase.getByText(/^1 record went/).waitFor();
      await storage.figure("Records").getByText("3", { exact: true }).waitFor();
    },
  },
  {
    name: "the protection is turned off with a reason, and on again",
    async run(page) {
      const storage = new StoragePage(page);
      await storage.open(await freshTable(page));
      const state = storage.protection.getByRole("status", { name: "State of the protection" });
      const lever = storage.protection.getByRole("switch");
      await state.getByText("On").waitFor();
      await lever.press("Space");
      await storage.dialog.waitFor();
      await page.keyboard.press("Escape");
      await storage.dialog.waitFor({ state: "hidden" });
      assert.equal(await lever.isChecked(), true);
      await lever.press("Space");
      await storage.dialog.getByLabel("Reason").fill("moves to another server");
      await storage.dialog.getByRole("button", { name: "Turn off" }).click();
      await state.getByText("Off").waitFor();
      await lever.press("Space");
      await state.getByText("On").waitFor();
    },
  },
  {
    name: "rules are of a zone's table, and of one that holds something",
    allowedStatus: [404],
    async run(page) {
      const storage = new StoragePage(page);
      const scope = await freshTable(page);
      await storage.open("e2e");
      await storage.pane.getByText("Choose a zone").waitFor();
      await storage.pane.getByRole("link", { name: scope.split("/")[1] }).click();
      await storage.figure("Records").getByText("4", { exact: true }).waitFor();
      await page.getByRole("link", { name: "firewall_events" }).click();
      await page.waitForURL(/firewall_events.*tab=storage/);
      await storage.pane.getByText("Nothing is stored in this scope yet").waitFor();

      const login = JSON.stringify({ ID: "e2e1", When: new Date().toISOString() });
      assert.equal((await page.request.post("/api/ingest/e2e/-/audit_logs", { data: login, headers: { "Content-Type": "application/x-ndjson" } })).status(), 200);
      await storage.open("e2e", "audit_logs");
      await storage.figure("Records").waitFor();
    },
  },
  {
    name: "storage figures that can't be read say so, and come back",
    allowedStatus: [503],
    async run(page) {
      const storage = new StoragePage(page);
      const scope = await freshTable(page);
      await page.route(isMaintenance, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"The store is away."}' }));
      await storage.open(scope);
      await storage.pane.getByRole("alert").getByText("The store is away.").waitFor();
      await page.unroute(isMaintenance);
      await storage.pane.getByRole("button", { name: "Try again" }).click();
      await storage.figure("Records").waitFor();
      await storage.pane.getByRole("alert").waitFor({ state: "hidden" });
    },
  },
  { name: "axe finds nothing serious on Storage & retention in the light theme", run: audit, bypassCsp: true, allowedStatus: [409] },
  { name: "axe finds nothing serious on Storage & retention in the dark theme", run: audit, bypassCsp: true, allowedStatus: [409], theme: "dark" },
];
