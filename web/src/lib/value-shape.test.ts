import { describe, expect, it } from "vitest";
import { longText, shapeOf, textOfShape } from "./value-shape";

describe("an opened value", () => {
  it("is an address in its decoded parts", () => {
    expect(shapeOf("https://shop.example/b%C3%BCcher?q=a+b%26c&page=2&flag#top")).toEqual({
      kind: "url", address: "https://shop.example/bücher", query: [["q", "a b&c"], ["page", "2"], ["flag", ""]], fragment: "top",
    });
    expect(shapeOf("/search?q=1'%20OR%20'1'='1")).toMatchObject({ kind: "url", address: "/search", query: [["q", "1' OR '1'='1"]] });
    expect(shapeOf("?a=%E0%A4%A")).toMatchObject({ kind: "url", address: "", query: [["a", "%E0%A4%A"]] });
  });

  it("is JSON with indents, from an object or a text", () => {
    expect(shapeOf({ a: [1] })).toEqual({ kind: "json", text: '{\n  "a": [\n    1\n  ]\n}' });
    expect(shapeOf('{"a":1}')).toEqual({ kind: "json", text: '{\n  "a": 1\n}' });
    expect(shapeOf("{not json}")).toBeNull();
  });

  it("is a long text with its percent signs resolved", () => {
    expect(shapeOf("a".repeat(longText))).toBeNull();
    expect(shapeOf(`${"a".repeat(longText)}%20b`)).toEqual({ kind: "text", text: `${"a".repeat(longText)} b` });
    expect(shapeOf(`${"a".repeat(longText)} 100%`)).toEqual({ kind: "text", text: `${"a".repeat(longText)} 100%` });
  });

  it("is not needed for what is read at a glance", () => {
    expect([null, undefined, "", 12, true, {}, [], "/checkout", "203.0.113.86", "what?"].map(shapeOf)).toEqual(Array.from({ length: 10 }, () => null));
  });

  it("is one text when it is copied", () => {
    expect(textOfShape(shapeOf("/a?b=1&c=%20#d")!)).toBe("/a\nb=1\nc= \n#d");
    expect(textOfShape({ kind: "text", text: "x" })).toBe("x");
  });
});
