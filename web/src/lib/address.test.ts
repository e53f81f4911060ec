import { describe, expect, it } from "vitest";
import { isPacked, packText, unpackText } from "./packed-text";
import { formatAddress, formatScope, parseAddress, parseScope, readExploreSearch } from "./search-params";

/** A small generator of repeatable noise. */
function* noise(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1664525 + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const alphabet = [..."abcXYZ019 '\"%&+=#/?:,*;()\n\\~!<>üß€🔒"];

describe("packed text", () => {
  it("leaves short statements readable", async () => {
    expect(await packText("SELECT 1")).toBe("SELECT 1");
  });

  it("gives back whatever it packed, through an address", async () => {
    const random = noise(42);
    const next = () => random.next().value;
    for (let k = 0; k < 60; k++) {
      const text = Array.from({ length: Math.floor(next() * 3000) }, () => alphabet[Math.floor(next() * alphabet.length)]).join("");
      const packed = await packText(text);
      expect(isPacked(packed)).toBe(new TextEncoder().encode(text).length > 1000);
      expect(await unpackText(parseAddress(formatAddress({ q: packed })).q ?? "")).toBe(text);
    }
  });

  it("says when it is damaged", async () => {
    const packed = await packText("SELECT ".repeat(400));
    expect(await unpackText(packed.slice(0, -6))).toBeNull();
    expect(await unpackText("z:!!!")).toBeNull();
  });
});

describe("address", () => {
  it("keeps separators readable", () => {
    expect(formatAddress({ scope: "acme/shop.example.com", cols: "ClientIP,Path:320", from: "now-24h", row: undefined })).toBe(
      "?scope=acme/shop.example.com&cols=ClientIP,Path:320&from=now-24h",
    );
  });

  it("keeps what it knows and names what it does not", () => {
    expect(readExploreSearch({ ds: "http_requests", from: "now-2h", to: "soon", foo: "1" })).toEqual({
      search: { ds: "http_requests", from: "now-2h" },
      dropped: ["to", "foo"],
    });
    expect(readExploreSearch({ from: "all", ds: "no such", scope: "a/b/c" })).toEqual({ search: { from: "all" }, dropped: ["ds", "scope"] });
  });

  it("reads scopes", () => {
    for (const text of ["acme", "acme/shop.example.com"]) expect(formatScope(parseScope(text))).toBe(text);
    expect(parseScope("acme")).toEqual({ account: "acme", zone: null });
  });
});
