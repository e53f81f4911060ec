import { columnIndex, type ResultSet } from "@/lib/result-set";

export interface ActionWord {
  word: string;
  icon: "block" | "challenge" | "log" | "pass" | null;
  mitigates: boolean;
}

const word = (text: string, icon: ActionWord["icon"], mitigates: boolean): ActionWord => ({ word: text, icon, mitigates });

const actions: Record<string, ActionWord> = {
  block: word("Block", "block", true),
  drop: word("Drop", "block", true),
  connectionclose: word("Close", "block", true),
  forceconnectionclose: word("Close", "block", true),
  challenge: word("Challenge", "challenge", true),
  managedchallenge: word("Challenge", "challenge", true),
  jschallenge: word("JS check", "challenge", true),
  log: word("Log", "log", false),
  simulate: word("Log", "log", false),
  skip: word("Skip", "pass", false),
  bypass: word("Skip", "pass", false),
  allow: word("Allow", "pass", false),
};

/** An action as a word; null where nothing acted. Actions not in the list are shown as they are written. */
export function actionWord(value: unknown): ActionWord | null {
  if (typeof value !== "string" || value === "" || value === "unknown") return null;
  const name = value.toLowerCase().replaceAll(/[_-]/g, "");
  if (name.endsWith("solved")) return word("Solved", "pass", false);
  if (name.endsWith("bypassed")) return word("Bypassed", "pass", false);
  return actions[name] ?? word(value.replaceAll("_", " "), null, false);
}

export type Edge = "attack" | "mitigated" | null;

/** Where in an answer the fields stand that decide the colour of a row's left edge. */
export interface OutcomeColumns {
  action: number;
  attack: number;
}

export function outcomeColumns(set: ResultSet): OutcomeColumns {
  const security = columnIndex(set, "SecurityAction");
  return { action: security >= 0 ? security : columnIndex(set, "Action"), attack: columnIndex(set, "WAFAttackScore") };
}

/** Vermilion for an attack that nothing stopped, indigo for what was mitigated. */
export function edgeOf(set: ResultSet, row: number, at: OutcomeColumns): Edge {
  if (at.action < 0) return null;
  if (actionWord(set.data[at.action]?.[row])?.mitigates) return "mitigated";
  const score = set.data[at.attack]?.[row];
  return typeof score === "number" && score >= 1 && score <= 20 ? "attack" : null;
}

export function countEdges(set: ResultSet): { attack: number; mitigated: number } {
  const at = outcomeColumns(set);
  const counts = { attack: 0, mitigated: 0 };
  if (at.action < 0) return counts;
  for (let row = 0; row < set.count; row++) {
    const edge = edgeOf(set, row, at);
    if (edge) counts[edge]++;
  }
  return counts;
}

/** Marks of a WAF attack score: 3 attack, 2 likely attack, 1 likely clean, 0 clean or unscored. */
export const attackMarks = (score: number): number => (score < 1 ? 0 : score <= 20 ? 3 : score <= 50 ? 2 : score <= 80 ? 1 : 0);

/** Marks of a bot score: 3 automated, 2 likely automated, 0 else. */
export const botMarks = (score: number): number => (score === 1 ? 3 : score > 1 && score < 30 ? 2 : 0);
