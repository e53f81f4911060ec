import { IngestPage } from "./page-objects/ingest-page.mjs";

const attacks = "SELECT * FROM http_requests WHERE ClientIP = '203.0.113.86' ORDER BY EdgeStartTimestamp DESC LIMIT 500";
const at = (sql) => `/logs?q=${encodeURIComponent(sql)}`;

async function openAttacks(page, logs) {
  await logs.open(at(attacks));
  await logs.grid.ready();
  await logs.histogram.ready();
}

const logSearch = [
  { name: "logs-nothing-stored", show: async (page) => {
    await page.goto("/logs?scope=default/nowhere.example.com");
    await page.getByRole("status", { name: "Query status" }).or(page.getByRole("heading", { name: "Nothing stored yet" })).first().waitFor();
  } },
  { name: "logs-results", show: async (_, logs) => {
    await logs.open("/logs");
    await logs.grid.ready();
    await logs.histogram.ready();
  } },
  { name: "logs-drawer", show: async (page, logs) => {
    await openAttacks(page, logs);
    await logs.grid.openRow(3);
    await logs.drawer.ready();
  } },
  { name: "logs-filters", show: async (page, logs) => {
    await openAttacks(page, logs);
    await logs.filters.add("EdgeResponseStatus", "is any of", "403\n404");
    await logs.filters.pill("EdgeResponseStatus").waitFor();
    await logs.filters.bar.getByRole("button", { name: "Add filter" }).click();
    await logs.filters.form.getByLabel("Find a field").fill("ClientCountry");
    await page.keyboard.press("Enter");
    await logs.filters.form.getByRole("list", { name: "Frequent values" }).waitFor();
  } },
  { name: "logs-fields", show: async (page, logs) => {
    await openAttacks(page, logs);
    await logs.fields.open("BotScore");
    await logs.fields.panel.getByLabel("Find in fields").fill("");
    await logs.fields.open("ClientCountry");
    await logs.fields.panel.getByLabel("Find in fields").fill("");
  } },
  { name: "logs-breakdown", show: async (_, logs) => {
    await logs.open("/logs?by=EdgeResponseStatus");
    await logs.histogram.section.getByRole("listitem").first().waitFor();
  } },
  { name: "logs-sql", show: async (page, logs) => {
    await logs.open(at("SELECT ClientIP, COUNT(*) AS requests, MIN(BotScore) AS lowest FROM http_requests GROUP BY ClientIP ORDER BY requests DESC LIMIT 100"));
    await logs.editor.write("SELECT * FROM http_requests WHERE ");
    await page.keyboard.type("EdgeResp", { delay: 40 });
    await page.getByRole("option").first().waitFor();
  } },
  { name: "logs-error", show: async (_, logs) => {
    await logs.open("/logs");
    await logs.editor.run("SELECT ClientIPP FROM http_requests LIMIT 5");
    await logs.editor.problem.first().waitFor();
  } },
  { name: "logs-empty", show: async (_, logs) => {
    await logs.open(at("SELECT * FROM http_requests WHERE ClientIP = '203.0.113.86' AND OriginResponseBytes > 0"));
    await logs.grid.empty.waitFor();
  } },
  { name: "logs-time", show: async (_, logs) => {
    await logs.open("/logs");
    await logs.time.open();
  } },
  { name: "logs-export", show: async (page, logs) => {
    await openAttacks(page, logs);
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByRole("menuitem").first().waitFor();
  } },
  { name: "logs-columns", show: async (page, logs) => {
    await openAttacks(page, logs);
    await page.getByRole("button", { name: "Columns", exact: true }).click();
    await page.getByRole("dialog", { name: "Columns of the table" }).waitFor();
  } },
  { name: "logs-datasets", show: async (page, logs) => {
    await logs.open("/logs");
    await page.getByRole("button", { name: /^Dataset:/ }).click();
    await page.getByRole("dialog", { name: "Choose a dataset" }).waitFor();
  } },
  { name: "logs-saved", show: async (_, logs) => {
    await logs.open("/logs");
    await logs.saved.open();
  } },
  { name: "logs-recent", show: async (_, logs) => {
    await logs.open("/logs");
    await logs.saved.openRecent();
  } },
  { name: "logs-ray", show: async (_, logs) => {
    await logs.open(at("SELECT RayID FROM firewall_events WHERE Action = 'block' AND ClientRequestPath = '/checkout/address' LIMIT 1"));
    await logs.shell.goTo(await logs.grid.cell(0, "RayID").innerText());
    await logs.drawer.ready();
    await logs.drawer.tab(/^Security events/).click();
  } },
];

const data = [
  { name: "datasets", show: async (page) => {
    await page.goto("/datasets");
    await page.getByRole("table", { name: "Datasets" }).getByRole("link", { name: "http_requests" }).waitFor();
  } },
  { name: "datasets-fields", show: async (page) => {
    await page.goto("/datasets/http_requests");
    await page.getByRole("region", { name: "Fields of http_requests" }).waitFor();
  } },
  { name: "ingest", show: async (page) => {
    await new IngestPage(page).open("default/shots.example.com");
  } },
  { name: "ingest-rejected", show: async (page) => {
    const ingest = new IngestPage(page);
    await page.request.post("/api/ingest/shots/shots.example.com/http_requests", { data: `{"RayID":"a","EdgeStartTimestamp":"${new Date().toISOString()}"}\nnonsense`, headers: { "Content-Type": "application/x-ndjson" } });
    await ingest.open("shots/shots.example.com");
    await ingest.openRow("http_requests", "shots.example.com");
    await ingest.test();
  } },
];

/** The states of every page that are worth a look. Each starts in a fresh profile. */
export const states = [...logSearch, ...data];
