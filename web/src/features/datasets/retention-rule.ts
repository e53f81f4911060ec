import type { Retention } from "@/api/maintenance";

export type KeepUnit = "d" | "h" | "ever";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const daysMax = 36_500;

/** The parts of what the server writes: `30d`, `36h`, `for ever`. */
export function readKeep(keep: string): { number: number; unit: KeepUnit } {
  const m = /^(\d+)([dh])$/.exec(keep);
  return m ? { number: Number(m[1]), unit: m[2] as KeepUnit } : { number: 0, unit: "ever" };
}

/** What is wrong with a number of days or hours, or null. */
export function keepProblem(number: string, unit: KeepUnit): string | null {
  if (unit === "ever") return null;
  const most = unit === "d" ? daysMax : daysMax * 24;
  const n = /^\d{1,6}$/.test(number.trim()) ? Number(number) : 0;
  return n >= 1 && n <= most ? null : `A whole number from 1 to ${most}`;
}

/** What the form says as the server reads it. Hours can't be kept by date. */
export function retentionOf(number: string, unit: KeepUnit, by: Retention["by"]): Retention {
  if (unit === "ever") return { keep: "for ever", by: "date" };
  return { keep: `${Number(number)}${unit}`, by: unit === "h" ? "time" : by };
}

/** The time before which records go, as the server reckons it; null when none does. */
export function cutOffOf({ keep, by }: Retention, now: number): number | null {
  const { number, unit } = readKeep(keep);
  if (unit === "ever") return null;
  const at = now - number * (unit === "d" ? dayMs : hourMs);
  return by === "date" ? Math.floor(at / dayMs) * dayMs : at;
}

/** Whether a rule lets records go that the old one keeps, so that it has to be asked for twice. */
export function isShorter(next: Retention, old: Retention, now: number): boolean {
  const after = cutOffOf(next, now);
  const before = cutOffOf(old, now);
  return after !== null && (before === null || after > before);
}
