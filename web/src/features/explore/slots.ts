/**
 * Which row each of a fixed set of line elements shows; -1 shows none. Row r always sits in slot r mod pool, so elements keep
 * their place in the document and a scroll only changes the text of those whose row left the window.
 */
export function slots(first: number, last: number, count: number, pool: number): number[] {
  const spare = Math.max(0, pool - (last - first + 1));
  const start = Math.max(0, Math.min(first - Math.floor(spare / 2), count - pool));
  return Array.from({ length: pool }, (_, slot) => {
    const row = start + ((((slot - start) % pool) + pool) % pool);
    return row < count ? row : -1;
  });
}
