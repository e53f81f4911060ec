import { expect, it } from "vitest";
import { analyse } from "./statement";
import { topValuesSql } from "./top-values";

it("counts the values among the rows of the statement", () => {
  const sql = topValuesSql("SELECT * FROM http_requests WHERE BotScore < 30 OR ClientASN = 1 ORDER BY EdgeStartTimestamp DESC LIMIT 500;", "ClientIP");
  expect(sql).toBe("SELECT ClientIP, COUNT(*) AS n\nFROM http_requests\nWHERE BotScore < 30 OR ClientASN = 1\nGROUP BY ClientIP\nORDER BY n DESC\nLIMIT 50");
  expect(analyse(sql ?? "")).toMatchObject({ ok: true, statement: { isAggregate: true } });
});

it("takes a statement without a condition, and quotes names that need it", () => {
  expect(topValuesSql("SELECT a FROM t LIMIT 1", "odd name")).toBe('SELECT "odd name", COUNT(*) AS n\nFROM t\nGROUP BY "odd name"\nORDER BY n DESC\nLIMIT 50');
  expect(topValuesSql("SELECT * FROM a JOIN b ON a.x = b.x", "x")).toBeNull();
});
