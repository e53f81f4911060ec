// node e2e/shots.mjs [--only part-of-a-name] [--base-url http://127.0.0.1:8080] [--docs]: pictures of the main states of every page in
// artifacts/shots; with --docs only those that the guides show, which go to docs/images too. Without --base-url it starts the demo itself.
import { copyFile, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withDemo } from "./demo-server.mjs";
import { launch } from "./harness.mjs";
import { LogSearchPage } from "./page-objects/log-search-page.mjs";
import { states } from "./states.mjs";

const { values } = parseArgs({ options: { only: { type: "string" }, "base-url": { type: "string" }, docs: { type: "boolean", default: false }, rows: { type: "string", default: "60000" } } });
const folder = fileURLToPath(new URL("../../artifacts/shots", import.meta.url));
const images = fileURLToPath(new URL("../../docs/images", import.meta.url));
const inDocs = { "light/logs-breakdown": "log-search.png", "light/logs-drawer": "record.png", "dark/logs-fields": "log-search-dark.png" };
const imageBytesMax = 250_000;

const looks = [
  { name: "light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "narrow", viewport: { width: 1024, height: 768 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
];

/** Watches what a page asks for; the promise it gives resolves when nothing was asked for half a second. */
function quietOf(page) {
  const asked = { open: 0, last: Date.now() };
  const count = (by) => () => {
    asked.open += by;
    asked.last = Date.now();
  };
  page.on("request", count(1));
  for (const event of ["requestfinished", "requestfailed"]) page.on(event, count(-1));
  return async () => {
    while (asked.open > 0 || Date.now() - asked.last < 500) await page.waitForTimeout(100);
  };
}

async function keepForDocs(file, name) {
  const { size } = await stat(file);
  if (size > imageBytesMax) throw new Error(`${size} bytes are too many for the guides`);
  await mkdir(images, { recursive: true });
  await copyFile(file, path.join(images, name));
}

async function takeAll(baseUrl) {
  const browser = await launch();
  let failed = 0;
  for (const { name: look, viewport, colorScheme } of looks) {
    await mkdir(path.join(folder, look), { recursive: true });
    for (const { name, show } of states) {
      const shot = `${look}/${name}`;
      if ((values.only && !shot.includes(values.only)) || (values.docs && !(shot in inDocs))) continue;
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce", baseURL: baseUrl });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const quiet = quietOf(page);
      try {
        await show(page, new LogSearchPage(page));
        // What follows the last step, such as figures beside the rows, is asked for now.
        await quiet();
        const file = path.join(folder, `${shot}.png`);
        await page.screenshot({ path: file });
        if (values.docs) await keepForDocs(file, inDocs[shot]);
        console.log(shot);
      } catch (error) {
        failed++;
        console.log(`FAIL ${shot}: ${error.message}`);
      }
      await context.close();
    }
  }
  await browser.close();
  return failed;
}

const failed = values["base-url"] ? await takeAll(values["base-url"]) : await withDemo(Number(values.rows), takeAll);
process.exitCode = failed > 0 ? 1 : 0;
