import { expect, it } from "vitest";
import { tabTitle } from "./tab-title";

it("is the dataset where there is no filter", () => {
  expect(tabTitle(null, null)).toBe("New query");
  expect(tabTitle(null, "http_requests")).toBe("http_requests");
  expect(tabTitle("SELECT * FROM dns_logs LIMIT 5", "http_requests")).toBe("dns_logs");
});

it("is the filters, of which two are written out", () => {
  const where = (condition: string) => tabTitle(`SELECT * FROM http_requests WHERE ${condition} LIMIT 5`, null);
  expect(where("ClientIP = '192.0.2.1'")).toBe("ClientIP is 192.0.2.1");
  expect(where("ClientIP = '192.0.2.1' AND EdgeResponseStatus >= 500")).toBe("ClientIP is 192.0.2.1, EdgeResponseStatus ≥ 500");
  expect(where("A = 1 AND B = 2 AND C = 3 AND D = 4")).toBe("A is 1, B is 2 and 2 more");
  expect(where("(A = 1) OR (B = 2)")).toBe("A is 1 or B is 2");
});

it("names what is grouped by, and falls back to the dataset", () => {
  expect(tabTitle("SELECT ClientIP, count(*) FROM http_requests GROUP BY ClientIP", null)).toBe("http_requests by ClientIP");
  expect(tabTitle("SELECT ClientIP, count(*) FROM http_requests WHERE A = 1 GROUP BY ClientIP", null)).toBe("http_requests by ClientIP: A is 1");
  expect(tabTitle("SELECT * FROM http_requests WHERE lower(A) = 'x'", null)).toBe("http_requests");
  expect(tabTitle("SELECT * FROM a JOIN b USING (x)", null)).toBe("a");
  expect(tabTitle("nonsense", "http_requests")).toBe("http_requests");
});
