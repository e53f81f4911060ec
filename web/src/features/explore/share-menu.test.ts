import { expect, it } from "vitest";
import { addressOf } from "./share-menu";

const now = Date.parse("2026-11-22T14:00:00Z");

it("shares a relative range as it stands now, and keeps the rest of the view", () => {
  const search = { scope: "acme/shop", ds: "http_requests", q: "SELECT 1", cols: "RayID", row: "a", by: "ClientIP" };
  expect(addressOf({ search, cols: search.cols, range: { from: "now-1h", to: "now" } }, now)).toBe(
    "?scope=acme/shop&ds=http_requests&q=SELECT+1&cols=RayID&row=a&by=ClientIP&from=2026-11-22T13:00:00Z&to=2026-11-22T14:00:00Z",
  );
  expect(addressOf({ search: { from: "all" }, cols: undefined, range: { from: "all", to: "now" } }, now)).toBe("?from=all");
});

it("shares the columns that the user keeps, which the address does not name", () => {
  expect(addressOf({ search: { ds: "http_requests" }, cols: "RayID,ClientIP:200", range: { from: "all", to: "now" } }, now)).toBe("?ds=http_requests&cols=RayID,ClientIP:200&from=all");
});
