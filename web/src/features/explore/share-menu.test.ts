import { expect, it } from "vitest";
import { addressOf } from "./share-menu";

const now = Date.parse("2026-11-22T14:00:00Z");

it("shares a relative range as it stands now, and keeps the rest of the view", () => {
  const search = { scope: "acme/shop", ds: "http_requests", q: "SELECT 1", cols: "RayID", row: "a", by: "ClientIP" };
  expect(addressOf({ search, range: { from: "now-1h", to: "now" } }, now)).toBe(
    "?scope=acme/shop&ds=http_requests&q=SELECT+1&cols=RayID&row=a&by=ClientIP&from=2026-11-22T13:00:00Z&to=2026-11-22T14:00:00Z",
  );
  expect(addressOf({ search: { from: "all" }, range: { from: "all", to: "now" } }, now)).toBe("?from=all");
});
