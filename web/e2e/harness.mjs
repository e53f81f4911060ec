import { chromium } from "playwright-core";
import { preferencesOf, setPreferences } from "./user.mjs";

const launchArgs = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: launchArgs });

/** Notes everything the browser complains about while a journey runs. Refused statements are expected where a journey says so. */
async function watch(page, allowedStatus, complaints) {
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const status = Number(/status of (\d{3})/.exec(message.text())?.[1] ?? 0);
    if (!allowedStatus.includes(status)) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.stack ?? error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !allowedStatus.includes(response.status())) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.exposeFunction("varveCspReport", (text) => complaints.push(`CSP: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) => globalThis.varveCspReport(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  });
}

/**
 * Runs journeys one after the other and returns how many failed. Each has a fresh profile (and more, where it opens them) and a user who has
 * set nothing; what the user had set before is there again afterwards.
 */
export async function runJourneys(journeys, { baseUrl, only }) {
  const browser = await launch();
  const counts = { passed: 0, failed: 0 };
  const preferences = await preferencesOf(baseUrl);
  for (const { name, run, theme = "light", allowedStatus = [], bypassCsp = false } of journeys) {
    if (only && !name.includes(only)) continue;
    await setPreferences(baseUrl, {});
    const complaints = [];
    const contexts = [];
    const newPage = async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, reducedMotion: "reduce", baseURL: baseUrl, bypassCSP: bypassCsp });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await watch(page, allowedStatus, complaints);
      return page;
    };
    const page = await newPage();
    const started = Date.now();
    try {
      await run(page, newPage);
      if (complaints.length > 0) throw new Error(complaints.join("\n"));
      counts.passed++;
      console.log(`ok    ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      counts.failed++;
      console.log(`FAIL  ${name}\n${[error.stack ?? error.message, ...complaints].join("\n").replaceAll(/^/gm, "      ")}`);
      if (process.env.E2E_SHOTS) await page.screenshot({ path: `${process.env.E2E_SHOTS}/${name.replaceAll(/\W+/g, "-")}.png` });
    }
    for (const context of contexts) await context.close();
  }
  await setPreferences(baseUrl, preferences);
  await browser.close();
  return counts;
}
