import { expect, test } from "vitest";
import { pinnedWords, versionsOf } from "./pinned";

test("an answer's tables are named with their versions", () => {
  const tables = [
    { path: "accounts/a/zones/x/http_requests", version: 42 },
    { path: "accounts/a/zones/y/http_requests", version: 7 },
  ];
  expect(versionsOf({ tables })).toBe("accounts/a/zones/x/http_requests@42,accounts/a/zones/y/http_requests@7");
  expect(versionsOf({ tables: [] })).toBeNull();
  expect(versionsOf(null)).toBeNull();
});

test("versions are told with the zone only where it tells tables apart", () => {
  expect(pinnedWords("accounts/a/zones/x/http_requests@42")).toBe("version 42 of http_requests");
  expect(pinnedWords("accounts/a/zones/x/http_requests@42,accounts/a/zones/y/http_requests@7")).toBe("version 42 of x/http_requests, version 7 of y/http_requests");
  expect(pinnedWords("accounts/a/zones/x/http_requests@42,accounts/a/zones/x/firewall_events@3")).toBe("version 42 of http_requests, version 3 of firewall_events");
});
