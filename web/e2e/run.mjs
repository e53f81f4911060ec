// node e2e/run.mjs --base-url http://127.0.0.1:8080 [--only "part of a name"]
import { parseArgs } from "node:util";
import { journeys as budget } from "./budget.journeys.mjs";
import { journeys as calendar } from "./calendar.journeys.mjs";
import { journeys as costAndOffers } from "./cost-and-offers.journeys.mjs";
import { journeys as datasets } from "./datasets.journeys.mjs";
import { runJourneys } from "./harness.mjs";
import { journeys as ingest } from "./ingest.journeys.mjs";
import { journeys as logSearch } from "./log-search.journeys.mjs";
import { journeys as maintenance } from "./maintenance.journeys.mjs";
import { journeys as narrowing } from "./narrowing.journeys.mjs";
import { journeys as pinned } from "./pinned.journeys.mjs";
import { journeys as preferences } from "./preferences.journeys.mjs";
import { journeys as record } from "./record.journeys.mjs";
import { journeys as stories } from "./stories.journeys.mjs";
import { journeys as tabsAndLive } from "./tabs-and-live.journeys.mjs";

const { values } = parseArgs({ options: { "base-url": { type: "string", default: "http://127.0.0.1:8080" }, only: { type: "string" } } });
const all = [...logSearch, ...narrowing, ...record, ...tabsAndLive, ...costAndOffers, ...stories, ...calendar, ...preferences, ...pinned, ...datasets, ...maintenance, ...ingest, ...budget];
const { passed, failed } = await runJourneys(all, { baseUrl: values["base-url"], only: values.only });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
