const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const pad = (n: number, width = 2) => String(n).padStart(width, "0");

/** `Nov 22`, in UTC. */
export function day(ms: number): string {
  const d = new Date(ms);
  return `${months[d.getUTCMonth()]} ${pad(d.getUTCDate())}`;
}

/** `09:56:59`, in UTC. */
export function clock(ms: number): string {
  const d = new Date(ms);
  return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`;
}

/** `09:56:59.863`, in UTC. */
export const clockMs = (ms: number): string => `${clock(ms)}.${pad(new Date(ms).getUTCMilliseconds(), 3)}`;

/** RFC 3339 in UTC, without a fraction of zero. */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString().replace(/\.000Z$/, "Z");

/** `Nov 22 14:31:55`, and the year where it is not the present one. */
export function dayClock(ms: number, now = Date.now()): string {
  const year = new Date(ms).getUTCFullYear();
  return `${day(ms)}${year === new Date(now).getUTCFullYear() ? "" : ` ${year}`} ${clock(ms)}`;
}

/** Two instants as one label: the day is written once when it is the same. */
export function rangeLabel(from: number, to: number, now = Date.now()): string {
  if (day(from) === day(to) && Math.abs(to - from) < 86_400_000) {
    return `${dayClock(from, now).replace(/ (?=[\d:]+$)/, ", ")} – ${clock(to)}`;
  }
  const short = (ms: number) => dayClock(ms, now).replace(/:00$/, "");
  return `${short(from)} – ${short(to)}`;
}

/** `3 min ago`; only ever shown beside the absolute time. */
export function ago(ms: number, now = Date.now()): string {
  const s = Math.round((now - ms) / 1000);
  if (s < 5) return "just now";
  if (s < 90) return `${s} s ago`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min ago`;
  if (s < 48 * 3600) return `${Math.round(s / 3600)} h ago`;
  return `${Math.round(s / 86_400)} days ago`;
}
