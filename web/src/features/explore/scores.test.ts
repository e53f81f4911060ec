import { describe, expect, it } from "vitest";
import { scoresOf } from "./scores";

const words = (record: Record<string, unknown>) => scoresOf(record).map((score) => `${score.title} ${score.value} ${score.words} ${score.marks}`);

describe("scores", () => {
  it("are read against the bounds of their classes", () => {
    expect([1, 20, 21, 50, 51, 80, 81, 99].flatMap((WAFAttackScore) => words({ WAFAttackScore }))).toEqual([
      "Attack score 1 attack 3", "Attack score 20 attack 3", "Attack score 21 likely attack 2", "Attack score 50 likely attack 2",
      "Attack score 51 likely clean 1", "Attack score 80 likely clean 1", "Attack score 81 clean 0", "Attack score 99 clean 0",
    ]);
    expect([1, 2, 29, 30, 99].flatMap((BotScore) => words({ BotScore }))).toEqual([
      "Bot score 1 automated 3", "Bot score 2 likely automated 2", "Bot score 29 likely automated 2", "Bot score 30 likely human 0", "Bot score 99 likely human 0",
    ]);
  });

  it("call a verified bot what it is", () => {
    expect(words({ BotScore: 1, VerifiedBotCategory: "Search Engine Crawler" })).toEqual(["Bot score 1 verified bot 0"]);
  });

  it("are left out where none was given", () => {
    expect(words({ WAFAttackScore: 0, WAFSQLiAttackScore: 100, WAFXSSAttackScore: null, BotScore: 0 })).toEqual([]);
  });
});
