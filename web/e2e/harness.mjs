import { chromium } from "playwright-core";

const launchArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Everything the browser complains about while a journey runs. Refused statements are expected where a journey says so. */
function watch(page, allowedStatus) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const status = Number(/status of (\d{3})/.exec(message.text())?.[1] ?? 0);
    if (!allowedStatus.includes(status)) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.stack ?? error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !allowedStatus.includes(response.status())) complaints.push(`${response.status()} ${response.url()}`);
  });
  return complaints;
}

/** Runs journeys one after the other, each in a fresh profile, and returns how many failed. */
export async function runJourneys(journeys, { baseUrl, only }) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: launchArgs });
  const counts = { passed: 0, failed: 0 };
  for (const { name, run, theme = "light", allowedStatus = [], bypassCsp = false } of journeys) {
    if (only && !name.includes(only)) continue;
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, reducedMotion: "reduce", baseURL: baseUrl, bypassCSP: bypassCsp });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const reports = [];
    await page.exposeFunction("varveCspReport", (text) => reports.push(`CSP: ${text}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (e) => globalThis.varveCspReport(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    });
    const complaints = watch(page, allowedStatus);
    const started = Date.now();
    try {
      await run(page);
      const all = [...complaints, ...reports];
      if (all.length > 0) throw new Error(all.join("\n"));
      counts.passed++;
      console.log(`ok    ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      counts.failed++;
      console.log(`FAIL  ${name}\n${[error.stack ?? error.message, ...complaints, ...reports].join("\n").replaceAll(/^/gm, "      ")}`);
      if (process.env.E2E_SHOTS) await page.screenshot({ path: `${process.env.E2E_SHOTS}/${name.replaceAll(/\W+/g, "-")}.png` });
    }
    await context.close();
  }
  await browser.close();
  return counts;
}
