/** The place in a text (in UTF-16 units, as the editor counts) of a byte offset in its UTF-8 form. */
export function indexOfByte(text: string, byte: number): number {
  let bytes = 0;
  let index = 0;
  for (const char of text) {
    if (bytes >= byte) break;
    const code = char.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += char.length;
  }
  return index;
}

/** The name, number or quoted text that starts at or holds a place; one character when it is none of these. */
export function wordAt(text: string, index: number): { from: number; to: number } {
  const inWord = (k: number) => /[\p{L}\p{N}_$]/u.test(text[k] ?? "");
  const at = Math.min(index, Math.max(0, text.length - 1));
  const quote = text[at];
  if (quote === "'" || quote === '"') {
    const close = text.indexOf(quote, at + 1);
    return { from: at, to: close < 0 ? text.length : close + 1 };
  }
  if (!inWord(at)) return { from: at, to: Math.min(text.length, at + 1) };
  let from = at;
  let to = at;
  while (from > 0 && inWord(from - 1)) from--;
  while (to < text.length && inWord(to)) to++;
  return { from, to };
}

/** Line and column, both from 1, as people count them. */
export function lineAndColumn(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
