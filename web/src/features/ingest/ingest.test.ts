import { expect, it } from "vitest";
import type { TableFigures } from "@/api/ingest-status";
import { arrivalOf, barsOf, batchWords, bytesPerSecond, historyWords, lagWords, nameProblem, perSecond } from "./figures";
import { maskToken } from "./mask";
import { rejectsSearch } from "./rejects-link";

const batch = { at: "2026-11-22T10:00:00Z", accepted: 4211, rejected: 0, filtered: 0, repeated: false, bytes: 9, elapsedMs: 1200, source: "http" };
const nothing = { records: 0, bytes: 0, rejected: 0, recordsPerSecond: 0, bytesPerSecond: 0 };
const table = (changes: Partial<TableFigures> = {}): TableFigures => ({
  account: "acme",
  zone: "shop",
  dataset: "http_requests",
  total: { records: 0, bytes: 0, batches: 0, rejected: 0, filtered: 0, repeated: 0, failed: 0 },
  lastMinute: nothing,
  lastHour: nothing,
  testUploads: { count: 0 },
  history: { bucketSeconds: 60, records: [0, 0], rejected: [0, 0] },
  sources: [],
  ...changes,
});

it("hides a token in every form that the texts have it in", () => {
  const token = `a'b"c d\\$${"{e}"}!`;
  const texts = [
    `-H 'Authorization: Bearer ${token.replaceAll("'", String.raw`'\''`)}'`,
    "https://h/api?header_Authorization=Bearer%20a%27b%22c%20d%5C%24%7Be%7D%21",
    `Authorization = "${JSON.stringify(token).slice(1, -1)}"`,
    `destination = "${JSON.stringify(token).slice(1, -1).replaceAll("${", "$${")}"`,
    `Header Authorization Bearer ${token}`,
  ];
  for (const text of texts) {
    const masked = maskToken(text, token);
    expect(masked).toContain("••••••••");
    expect(masked).not.toMatch(/a.{0,4}b.{0,4}c/);
  }
  expect(maskToken("curl https://h/ -d @logs", token)).toBe("curl https://h/ -d @logs");
});

it("leads to the rejects of the dataset, or to the line that stands for a reason", () => {
  const target = { account: "acme", zone: "shop", dataset: "http_requests" };
  expect(rejectsSearch(target)).toMatchObject({ scope: "acme/shop", ds: "_rejects", from: "all" });
  expect(rejectsSearch(target).q).toContain("WHERE Dataset = 'http_requests'\nORDER BY ReceivedAt DESC");
  const reason = { reason: "not JSON", count: 1, firstSeen: "", lastSeen: "", exampleSource: "o'brien.ndjson", exampleLine: 7 };
  expect(rejectsSearch(target, reason).q).toContain("AND Source = 'o''brien.ndjson' AND LineNumber = 7");
  expect(rejectsSearch({ ...target, zone: null }, { ...reason, exampleLine: null }).q).not.toContain("LineNumber =");
  expect(rejectsSearch({ ...target, zone: null }).scope).toBe("acme");
});

it("writes rates and lag", () => {
  expect([0, 0.001, 0.04, 4.23, 20, 850, 10_100].map(perSecond)).toEqual(["0", "< 0.01", "0.04", "4.2", "20", "850", "10.1 k"]);
  expect([0, 0.4, 6250, 4.48e6].map(bytesPerSecond)).toEqual(["0", "< 1 B/s", "6.25 kB/s", "4.48 MB/s"]);
  expect([0.27, 6.4, 59.94, 59.96, 2400, 90_000].map(lagWords)).toEqual(["270 ms", "6.4 s", "59.9 s", "1 min", "40 min", "25 h"]);
});

it("says what became of a batch", () => {
  expect(batchWords(batch)).toBe("4,211 records, 0 rejected, 1.2 s");
  expect(batchWords({ ...batch, accepted: 1, rejected: 2, filtered: 3 })).toBe("1 record, 2 rejected, 3 left out by the filter, 1.2 s");
  expect(batchWords({ ...batch, repeated: true })).toBe("4,211 records, stored before, so not again");
});

it("tells waiting from failing from arriving", () => {
  expect(arrivalOf(table())).toBe("waiting");
  expect(arrivalOf(table({ total: { ...table().total, failed: 2 } }))).toBe("failing");
  expect(arrivalOf(table({ total: { ...table().total, failed: 2 }, lastBatch: batch }))).toBe("arriving");
});

it("draws what is there at all, and nothing where nothing is", () => {
  const bars = barsOf({ bucketSeconds: 60, records: [0, 1, 9_000], rejected: [0, 0, 1_000] });
  expect(bars).toEqual([
    { stored: 0, rejected: 0 },
    { stored: 0.06, rejected: 0 },
    { stored: 0.9, rejected: 0.1 },
  ]);
  expect(historyWords({ bucketSeconds: 60, records: [0, 1, 9000], rejected: [0, 0, 1] })).toBe("Last hour: 9,001 records, most in a minute 9,000, 1 rejected");
  expect(historyWords({ bucketSeconds: 60, records: [0], rejected: [0] })).toBe("Nothing in the last hour");
});

it("knows the names that the server takes", () => {
  expect(["a", "shop.example.com", "a".repeat(64)].map(nameProblem)).toEqual([null, null, null]);
  for (const wrong of ["", "-a", "a b", "a/b", "a".repeat(65)]) expect(nameProblem(wrong)).not.toBeNull();
});
