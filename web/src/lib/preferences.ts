/** What a person sets for this browser alone: sizes, density, theme. Storage that is switched off only means forgetting. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`varve.${key}`, value);
  } catch {
    // Nothing to do: the value holds until the page is left.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`varve.${key}`);
  } catch {
    return null;
  }
}

export function recallNumber(key: string, fallback: number, min: number, max: number): number {
  const n = Number(recall(key) ?? NaN);
  return Number.isFinite(n) ? Math.min(max, Math.max(min, n)) : fallback;
}
