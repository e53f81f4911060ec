import { attackMarks, botMarks } from "./outcome";

/** A score of a request in the words of its class. More marks mean worse. */
export interface Score {
  title: string;
  value: number;
  words: string;
  scale: "attack" | "bot";
  marks: number;
}

const attackScores: readonly (readonly [field: string, title: string])[] = [
  ["WAFAttackScore", "Attack score"], ["WAFSQLiAttackScore", "SQL injection"], ["WAFXSSAttackScore", "Cross-site scripting"], ["WAFRCEAttackScore", "Remote code execution"],
];

const scored = (value: unknown): value is number => typeof value === "number" && value >= 1 && value <= 99;

const attackWords = ["clean", "likely clean", "likely attack", "attack"] as const;

function botWords(score: number, isVerified: boolean): string {
  if (isVerified) return "verified bot";
  return score === 1 ? "automated" : score < 30 ? "likely automated" : "likely human";
}

/** The scores that a request was given, against their classes; those that were not given are left out. */
export function scoresOf(request: Record<string, unknown>): Score[] {
  const attack = attackScores.flatMap(([field, title]): Score[] => {
    const value = request[field];
    if (!scored(value)) return [];
    const marks = attackMarks(value);
    return [{ title, value, words: attackWords[marks] ?? "clean", scale: "attack", marks }];
  });
  const bot = request.BotScore;
  const isVerified = Boolean(request.VerifiedBotCategory);
  if (!scored(bot)) return attack;
  return [...attack, { title: "Bot score", value: bot, words: botWords(bot, isVerified), scale: "bot", marks: isVerified ? 0 : botMarks(bot) }];
}
