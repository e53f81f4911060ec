import assert from "node:assert/strict";
import { byteLines, hasBuild } from "./page-bytes.mjs";

/** What the built page weighs. Against a server whose page was built elsewhere there is nothing to weigh. */
export const journeys = hasBuild()
  ? [
      {
        name: "the first load stays within its budgets",
        run() {
          const over = byteLines().filter((line) => line.measured > line.budget);
          assert.deepEqual(over.map((line) => `${line.what}: ${line.measured.toFixed(1)} of ${line.budget} ${line.unit}`), []);
        },
      },
    ]
  : [];
