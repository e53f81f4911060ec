const grouped = new Intl.NumberFormat("en-GB");

/** A whole number with its thousands grouped. */
export const int = (n: number): string => grouped.format(Math.round(n));

const three = (v: number): string => v.toFixed(v < 9.995 ? 2 : v < 99.95 ? 1 : 0);

/** `9,999`, then three figures and a unit: `10.1 k`, `6.49 M`, `1.20 bn`. */
export function compact(n: number): string {
  const size = Math.abs(n);
  if (size < 10_000) return int(n);
  const sign = n < 0 ? "-" : "";
  if (size < 999_500) return `${sign}${three(size / 1e3)} k`;
  if (size < 999_500_000) return `${sign}${three(size / 1e6)} M`;
  return `${sign}${three(size / 1e9)} bn`;
}

const byteUnits = ["kB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units, three figures: `812 B`, `4.48 MB`. */
export function bytes(n: number): string {
  if (n < 999.5) return `${Math.round(n)} B`;
  let value = n / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${three(value)} ${byteUnits[unit]}`;
}

/** `13 %`; one decimal under 10 %, two under 0.1 %. */
export function percent(share: number): string {
  const p = share * 100;
  return `${p.toFixed(p === 0 || p >= 9.95 ? 0 : p < 0.1 ? 2 : 1)} %`;
}

/** How long something ran: `270 ms`, `6.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How wide a time range is: `45 s`, `40 min`, `24 h`, `7 d`. */
export function span(ms: number): string {
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  if (ms < 90 * 60_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Number((ms / 3_600_000).toFixed(1))} h`;
  return `${Number((ms / 86_400_000).toFixed(1))} d`;
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${int(n)} ${n === 1 ? one : many}`;
