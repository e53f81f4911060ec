/** A stack of bars over time: bucket `i` begins at `from + i * step`, in milliseconds. */
export interface Stack {
  from: number;
  step: number;
  series: readonly { counts: readonly number[] }[];
}

/** The sum of each bucket. */
export function totals(stack: Stack): number[] {
  const length = Math.max(0, ...stack.series.map((s) => s.counts.length));
  return Array.from({ length }, (_, bucket) => stack.series.reduce((sum, s) => sum + (s.counts[bucket] ?? 0), 0));
}

/** The greatest value of an axis that holds `most`: 1, 2 or 5 times a power of ten, or 1. */
export function axisTop(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= most)!;
}

/** One path with the bars of a series, on top of those before it. `width` and `height` are those of the whole chart. */
export function barsPath(stack: Stack, series: number, top: number, width: number, height: number): string {
  const buckets = totals(stack).length;
  const each = width / Math.max(1, buckets);
  const gap = each > 4 ? 1 : 0;
  const parts: string[] = [];
  for (const [bucket, count] of (stack.series[series]?.counts ?? []).entries()) {
    if (count === 0) continue;
    const below = stack.series.slice(0, series).reduce((sum, s) => sum + (s.counts[bucket] ?? 0), 0);
    const y = height - ((below + count) / top) * height;
    // What is there can be seen, however little it is beside the rest.
    const tall = Math.max(1, (count / top) * height);
    parts.push(`M${fix(bucket * each)} ${fix(Math.min(y, height - tall))}h${fix(Math.max(1, each - gap))}v${fix(tall)}h${fix(-Math.max(1, each - gap))}z`);
  }
  return parts.join("");
}

const fix = (n: number): number => Math.round(n * 100) / 100;

/** The bucket under a place of the chart. */
export const bucketAt = (x: number, width: number, buckets: number): number => Math.min(buckets - 1, Math.max(0, Math.floor((x / width) * buckets)));

/** The time that two buckets and those between them span. */
export function spanOf(stack: Stack, one: number, other: number): { from: number; to: number } {
  const [first, last] = one < other ? [one, other] : [other, one];
  return { from: stack.from + first * stack.step, to: stack.from + (last + 1) * stack.step };
}

/** The bucket with most rows; the first of several, -1 of none. */
export function peakOf(sums: readonly number[]): number {
  let peak = -1;
  for (const [bucket, sum] of sums.entries()) if (sum > 0 && (peak < 0 || sum > sums[peak]!)) peak = bucket;
  return peak;
}
