// node e2e/report.mjs [--rows 500000]: what the built page in dist weighs and how fast it is, each beside its budget.
// Times depend on the machine and are only told; bytes do not, and one that is over its budget fails the run.
import { parseArgs } from "node:util";
import { withDemo } from "./demo-server.mjs";
import { launch } from "./harness.mjs";
import { measureLoads, measureQueries, measureTable, measureTyping } from "./measures.mjs";
import { brotliKilobytes, byteLines } from "./page-bytes.mjs";

const { values } = parseArgs({ options: { rows: { type: "string", default: "500000" } } });

const figure = (n, unit) => `${Number.isInteger(n) ? n : n.toFixed(1)} ${unit}`.trim();
const isOver = ({ measured, budget }) => budget !== null && measured > budget;

function print(line) {
  const verdict = line.budget === null ? "" : isOver(line) ? "over" : "ok";
  console.log(`| ${line.what} | ${figure(line.measured, line.unit)} | ${line.budget === null ? "" : figure(line.budget, line.unit)} | ${verdict} | ${line.note} |`);
}

console.log("| what | measured | budget | | |\n|---|---|---|---|---|");
const brotli = ({ what, files, unit }) => (what.endsWith("gzip") ? `brotli ${figure(brotliKilobytes(files), unit)}` : "");
const bytes = byteLines().map((line) => ({ ...line, note: brotli(line) }));
bytes.forEach(print);
await withDemo(Number(values.rows), async (baseUrl) => {
  const browser = await launch();
  try {
    for (const measure of [measureLoads, measureQueries, measureTyping, measureTable]) (await measure(browser, baseUrl)).forEach(print);
  } finally {
    await browser.close();
  }
});
process.exitCode = bytes.some(isOver) ? 1 : 0;
