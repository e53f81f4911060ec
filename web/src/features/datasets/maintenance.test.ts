import { describe, expect, it } from "vitest";
import type { Removal, TableReport } from "@/api/maintenance";
import { holdOf, holdProblems, noHold } from "./hold-form-rules";
import { heldWords, holdSpan, keepWords, pastWords, removalWords, removedWords, reportWords } from "./maintenance-words";
import { cutOffOf, isShorter, keepProblem, readKeep, retentionOf } from "./retention-rule";

const now = Date.parse("2026-12-01T18:41:00Z");
const removal: Removal = { dryRun: true, filesRemoved: 1, filesRewritten: 0, rows: 1204, bytes: 4_480_000, held: [], filesHeld: 0 };
const report: TableReport = { at: "2026-12-01T18:41:43Z", merges: 0, overtaken: 0, filesRemoved: 0, filesAdded: 0, badFiles: [] };

describe("retention", () => {
  it("is read as it was written, for any number and unit", () => {
    for (const number of [1, 7, 30, 36_500])
      for (const unit of ["d", "h"] as const) expect(readKeep(retentionOf(String(number), unit, "time").keep)).toEqual({ number, unit });
    expect(readKeep(retentionOf("", "ever", "time").keep).unit).toBe("ever");
  });

  it("takes whole numbers within the server's limits", () => {
    for (const good of ["1", "36500", " 30 "]) expect(keepProblem(good, "d")).toBeNull();
    for (const bad of ["", "0", "36501", "1.5", "-1", "x"]) expect(keepProblem(bad, "d")).toMatch(/1 to 36500/);
    expect(keepProblem("876000", "h")).toBeNull();
    expect(keepProblem("", "ever")).toBeNull();
  });

  it("keeps hours by time, since a date is a whole day", () => {
    expect(retentionOf("36", "h", "date")).toEqual({ keep: "36h", by: "time" });
    expect(retentionOf("030", "d", "date")).toEqual({ keep: "30d", by: "date" });
  });

  it("cuts at the begin of a day by date, and to the instant by time", () => {
    expect(cutOffOf({ keep: "8d", by: "date" }, now)).toBe(Date.parse("2026-11-23T00:00:00Z"));
    expect(cutOffOf({ keep: "8d", by: "time" }, now)).toBe(Date.parse("2026-11-23T18:41:00Z"));
    expect(cutOffOf({ keep: "for ever", by: "date" }, now)).toBeNull();
  });

  it("is shorter exactly when it lets more go", () => {
    const rules = (["for ever", "90d", "30d", "36h", "1h"] as const).map((keep) => ({ keep, by: "time" as const }));
    rules.forEach((next, k) => rules.forEach((old, j) => expect(isShorter(next, old, now)).toBe(k > j)));
  });

  it("is said in words", () => {
    expect(["30d", "1d", "36h", "for ever"].map(keepWords)).toEqual(["30 days", "1 day", "36 hours", "for ever"]);
  });
});

describe("what goes", () => {
  it("is said with its figures and times", () => {
    expect(removalWords({ ...removal, oldest: "2026-11-22T10:00:00Z", newest: "2026-11-22T11:00:00Z" })).toMatch(/^1,204 records in 1 file \(4.48 MB, Nov 22.*10:00:00 – 11:00:00 UTC\)$/);
    expect(removedWords({ ...removal, filesRewritten: 2 })).toBe("1,204 records went: 1 file went whole, 2 files were written anew.");
    expect(removedWords({ ...removal, rows: 0 })).toMatch(/^Nothing went/);
  });

  it("is nothing when nothing is past the retention, or all of it is held", () => {
    const none = { ...removal, rows: 0 };
    expect(pastWords(none)).toBe("Nothing is past it.");
    expect(pastWords({ ...none, held: [{ hold: "case-1", rows: 1 }] })).toBe("All that is past it is held.");
    expect(pastWords(removal)).toMatch(/^Past it: 1,204 records/);
  });

  it("names each hold and what it keeps", () => {
    expect(heldWords({ ...removal, held: [{ hold: "case-1", rows: 1 }], filesHeld: 2 })).toEqual([
      "Hold case-1 keeps 1 record.",
      "2 files stay whole, since a hold covers some of their records.",
    ]);
  });

  it("tells what maintenance did", () => {
    expect(reportWords(report)).toBe("nothing was due");
    expect(reportWords({ ...report, merges: 2, filesRemoved: 70, filesAdded: 3, expired: removal, vacuumed: { files: 4, bytes: 1000 } })).toBe(
      "2 merges: 70 files became 3; 1,204 records past the retention went; 4 files, 1.00 kB deleted for good",
    );
  });
});

describe("a hold", () => {
  const text = { ...noHold, name: "case-17", reason: "letter of the court" };

  it("needs a name and a reason", () => {
    expect(holdProblems(text, now)).toEqual({});
    expect(Object.keys(holdProblems(noHold, now))).toEqual(["name", "reason"]);
    for (const name of ["a b", "-a", "a/b", "x".repeat(65)]) expect(holdProblems({ ...text, name }, now)).toHaveProperty("name");
  });

  it("covers times in order", () => {
    expect(holdProblems({ ...text, from: "yesterday" }, now)).toHaveProperty("from");
    expect(holdProblems({ ...text, from: "2026-11-22", to: "2026-11-22" }, now)).toHaveProperty("to");
    expect(holdOf({ ...text, from: "2026-11-22", to: "2026-11-23T10:00Z", where: " " }, now)).toEqual({
      name: "case-17", from: "2026-11-22T00:00:00Z", to: "2026-11-23T10:00:00Z", where: null, reason: "letter of the court",
    });
  });

  it("says which time it covers", () => {
    expect(holdSpan({})).toBe("all time");
    expect(holdSpan({ from: "2026-11-22T00:00:00Z" })).toMatch(/^from Nov 22/);
    expect(holdSpan({ to: "2026-11-22T00:00:00Z" })).toMatch(/^before Nov 22/);
  });
});
