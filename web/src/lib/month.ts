import { rfc3339 } from "./clock";

export const dayMs = 86_400_000;
const names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"] as const;
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const weeks = 6;

/** A day is the instant at which it begins in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

/** 0 is Monday. */
const weekdayOf = (day: number): number => (new Date(day).getUTCDay() + 6) % 7;

export const firstOfMonth = (day: number): number => day - (new Date(day).getUTCDate() - 1) * dayMs;

/** The same date some months on; the month's last day where it has no such date. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = new Date(first);
  const length = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  return first + (Math.min(date.getUTCDate(), length) - 1) * dayMs;
}

/** The days of a month in weeks from Monday, null where a day is of another month. Every month has six lines, so that nothing jumps. */
export function weeksOf(day: number): (number | null)[][] {
  const first = firstOfMonth(day);
  const next = addMonths(first, 1);
  const start = first - weekdayOf(first) * dayMs;
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, k) => start + (week * 7 + k) * dayMs).map((each) => (each >= first && each < next ? each : null)),
  );
}

/** Where a key leads from a day; null for keys that lead nowhere. */
export function dayByKey(key: string, day: number): number | null {
  const weekday = weekdayOf(day);
  switch (key) {
    case "ArrowLeft": return day - dayMs;
    case "ArrowRight": return day + dayMs;
    case "ArrowUp": return day - 7 * dayMs;
    case "ArrowDown": return day + 7 * dayMs;
    case "Home": return day - weekday * dayMs;
    case "End": return day + (6 - weekday) * dayMs;
    case "PageUp": return addMonths(day, -1);
    case "PageDown": return addMonths(day, 1);
    default: return null;
  }
}

/** `November 2026` */
export const monthLabel = (day: number): string => `${names[new Date(day).getUTCMonth()]} ${new Date(day).getUTCFullYear()}`;

/** `Sunday, November 22, 2026` */
export function dayLabel(day: number): string {
  const date = new Date(day);
  return `${weekdays[weekdayOf(day)]}, ${names[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

export const weekdayNames: readonly { short: string; long: string }[] = weekdays.map((long) => ({ short: long.slice(0, 2), long }));

/** First and last day, both with all their hours. */
export interface Days {
  first: number;
  last: number;
}

/** Two days in either order. */
export const daysBetween = (one: number, other: number): Days => ({ first: Math.min(one, other), last: Math.max(one, other) });

/** The days that a span of time touches. */
export const daysOf = ({ from, to }: { from: number; to: number }): Days => ({ first: dayOf(from), last: dayOf(to - 1) });

/** Whole days as a range: its end is the midnight after the last. */
export const rangeOfDays = ({ first, last }: Days): { from: string; to: string } => ({ from: rfc3339(first), to: rfc3339(last + dayMs) });
