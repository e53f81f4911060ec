import { rfc3339 } from "./clock";

/** The two ends of a range as they stand in the address: RFC 3339 or relative to now. */
export interface TimeRange {
  from: string;
  to: string;
}

export interface Instants {
  from: number;
  to: number;
}

/** In `from`: no bounds at all. */
export const allTime: TimeRange = { from: "all", to: "now" };

const unitMs: Record<string, number> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const relative = /^now(?:\s*([+-])\s*(\d{1,6})\s*(s|min|m|h|d|w))?$/i;
const dateTime = /^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** The instant a text means, or null. Text without an offset is UTC. */
export function instantOf(text: string, now: number): number | null {
  const t = text.trim();
  const rel = relative.exec(t);
  if (rel) {
    const step = rel[2] ? Number(rel[2]) * (unitMs[rel[3]!.toLowerCase()] ?? 0) : 0;
    return rel[1] === "-" ? now - step : now + step;
  }
  if (/^\d{9,10}$/.test(t)) return Number(t) * 1000;
  if (/^\d{12,13}$/.test(t)) return Number(t);
  if (/^\d{16}$/.test(t)) return Math.floor(Number(t) / 1000);
  if (/^\d{19}$/.test(t)) return Math.floor(Number(t) / 1e6);
  const m = dateTime.exec(t);
  if (!m) return null;
  const [, date, hm = "00:00", s = "00", fraction = "", zone = "Z"] = m;
  const offset = zone.toUpperCase() === "Z" ? "Z" : zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${date}T${hm}:${s}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

/** The form a text takes in the address: relative stays relative, all else becomes RFC 3339. Null when it is no time. */
export function canonicalTime(text: string, now: number): string | null {
  const t = text.trim();
  if (relative.test(t)) return t.toLowerCase().replaceAll(/\s+/g, "").replace(/min$/, "m");
  const ms = instantOf(t, now);
  return ms === null ? null : rfc3339(ms);
}

export const isAllTime = (range: TimeRange): boolean => range.from === allTime.from;

/** Both ends as instants at `now`; null without bounds, or when they make no range. */
export function resolveRange(range: TimeRange, now: number): Instants | null {
  if (isAllTime(range)) return null;
  const from = instantOf(range.from, now);
  const to = instantOf(range.to, now);
  return from === null || to === null || from >= to ? null : { from, to };
}

/** The range moved by its own width, as fixed instants. */
export function shiftRange(range: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const at = resolveRange(range, now);
  if (!at) return range;
  const step = (at.to - at.from) * direction;
  return { from: rfc3339(at.from + step), to: rfc3339(at.to + step) };
}

/** The range three times as wide around its middle, as fixed instants, and not beyond now when it ends there. */
export function widenRange(range: TimeRange, now: number): TimeRange {
  const at = resolveRange(range, now);
  if (!at) return range;
  const width = at.to - at.from;
  return { from: rfc3339(at.from - width), to: rfc3339(Math.max(at.to, Math.min(at.to + width, now))) };
}

/** A pasted pair: `a/b`, `a - b`, `a to b`. Null when it is not two times in order. */
export function parsePair(text: string, now: number): TimeRange | null {
  for (const separator of ["/", " to ", " – ", " - ", ".."]) {
    const at = text.indexOf(separator);
    if (at < 1) continue;
    const from = canonicalTime(text.slice(0, at), now);
    const to = canonicalTime(text.slice(at + separator.length), now);
    if (from && to && resolveRange({ from, to }, now)) return { from, to };
  }
  return null;
}

export interface Preset {
  label: string;
  range: TimeRange;
}

const last = (label: string, text: string): Preset => ({ label, range: { from: `now-${text}`, to: "now" } });

export const presets: readonly Preset[] = [
  last("Last 15 minutes", "15m"),
  last("Last hour", "1h"),
  last("Last 6 hours", "6h"),
  last("Last 24 hours", "24h"),
  last("Last 7 days", "7d"),
  last("Last 30 days", "30d"),
  { label: "All time", range: allTime },
];

export const presetOf = (range: TimeRange): Preset | undefined =>
  presets.find((p) => p.range.from === range.from && (p.range.to === range.to || isAllTime(range)));

const dayMs = 86_400_000;

/** The range shown when the address names none: the last 24 hours, or the 24 hours up to the newest event. */
export function defaultRange(newest: string | null | undefined, now: number): { range: TimeRange; moved: boolean } {
  const recent: TimeRange = { from: "now-24h", to: "now" };
  const ms = newest ? Date.parse(newest) : NaN;
  if (Number.isNaN(ms) || ms >= now - dayMs) return { range: recent, moved: false };
  const to = Math.floor(ms / 1000) * 1000 + 1000;
  return { range: { from: rfc3339(to - dayMs), to: rfc3339(to) }, moved: true };
}
