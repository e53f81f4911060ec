import { expect, it } from "vitest";
import { indexOfByte, lineAndColumn, wordAt } from "./offsets";

it("turns byte offsets into places of the editor", () => {
  const text = "SELECT 'ü€🔒', ClientIPP";
  const encoder = new TextEncoder();
  for (let index = 0; index <= text.length; index++) {
    if (/[\uDC00-\uDFFF]/.test(text[index] ?? "")) continue;
    expect(indexOfByte(text, encoder.encode(text.slice(0, index)).length)).toBe(index);
  }
});

it("stops at the end of the text", () => {
  expect(indexOfByte("abc", 99)).toBe(3);
});

it("finds the word at a place", () => {
  expect(wordAt("SELECT ClientIPP FROM x", 7)).toEqual({ from: 7, to: 16 });
  expect(wordAt("SELECT ClientIPP FROM x", 10)).toEqual({ from: 7, to: 16 });
  expect(wordAt(`a = "b c"`, 4)).toEqual({ from: 4, to: 9 });
  expect(wordAt("a", 5)).toEqual({ from: 0, to: 1 });
});

it("counts lines and columns from one", () => {
  expect(lineAndColumn("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
});
