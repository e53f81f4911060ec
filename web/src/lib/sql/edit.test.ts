import { describe, expect, it } from "vitest";
import { addPredicate, elementPredicate, orderOf, predicateOf, setOrder, withoutLimit } from "./edit";
import { analyse, datasetOf } from "./statement";

const sqlOf = (edit: ReturnType<typeof addPredicate>) => (edit.ok ? edit.sql : `refused: ${edit.reason}`);

describe("analyse", () => {
  it("takes a simple SELECT apart", () => {
    const found = analyse("SELECT * FROM http_requests WHERE a = 1 GROUP BY b ORDER BY c DESC LIMIT 5;");
    expect(found.ok && Object.keys(found.statement.clauses)).toEqual(["SELECT", "FROM", "WHERE", "GROUP", "ORDER", "LIMIT"]);
  });

  it.each([
    ["SELECT a FROM t JOIN u ON t.x = u.x", "joins"],
    ["SELECT a FROM t, u", "several datasets"],
    ["SELECT a FROM (SELECT a FROM t)", "inside another"],
    ["SELECT a FROM t UNION SELECT a FROM u", "another"],
    ["WITH x AS (SELECT 1) SELECT * FROM x", "WITH"],
    ["DELETE FROM t", "not a SELECT"],
    ["SELECT a FROM t; SELECT b FROM t", "several statements"],
    ["SELECT 1", "no dataset"],
    ["", "not a SELECT"],
  ])("refuses %s", (sql, reason) => {
    const found = analyse(sql);
    expect(found.ok ? "taken" : found.reason).toContain(reason);
  });

  it("knows an aggregate by its calls, not by names that look like them", () => {
    const isAggregate = (sql: string) => {
      const found = analyse(sql);
      return found.ok && found.statement.isAggregate;
    };
    expect(isAggregate("SELECT count(*) FROM t")).toBe(true);
    expect(isAggregate("SELECT DISTINCT a FROM t")).toBe(true);
    expect(isAggregate("SELECT count FROM t")).toBe(false);
  });

  it("does not take keywords out of strings, comments, quoted names or IS DISTINCT FROM", () => {
    const found = analyse(`SELECT "where" FROM t -- WHERE x\nWHERE a = 'ORDER BY' AND b IS DISTINCT FROM 'x' /* LIMIT 3 */`);
    expect(found.ok && Object.keys(found.statement.clauses)).toEqual(["SELECT", "FROM", "WHERE"]);
  });
});

describe("addPredicate", () => {
  it("adds a WHERE clause where there is none", () => {
    expect(sqlOf(addPredicate("SELECT * FROM t", "a = 1"))).toBe("SELECT * FROM t WHERE a = 1");
    expect(sqlOf(addPredicate("SELECT * FROM t ORDER BY a LIMIT 5;", "a = 1"))).toBe("SELECT * FROM t WHERE a = 1 ORDER BY a LIMIT 5;");
  });

  it("keeps a statement of several lines on several lines", () => {
    expect(sqlOf(addPredicate("SELECT * FROM t\nORDER BY a", "a = 1"))).toBe("SELECT * FROM t\nWHERE a = 1\nORDER BY a");
  });

  it("ANDs to what is there and brackets an OR", () => {
    expect(sqlOf(addPredicate("SELECT * FROM t WHERE b = 2 LIMIT 1", "a = 1"))).toBe("SELECT * FROM t WHERE b = 2 AND a = 1 LIMIT 1");
    expect(sqlOf(addPredicate("SELECT * FROM t WHERE b = 2 OR c = 3", "a = 1"))).toBe("SELECT * FROM t WHERE (b = 2 OR c = 3) AND a = 1");
    expect(sqlOf(addPredicate("SELECT * FROM t WHERE (b = 2 OR c = 3)", "a = 1"))).toBe("SELECT * FROM t WHERE (b = 2 OR c = 3) AND a = 1");
  });

  it("leaves a statement alone that has the predicate", () => {
    const sql = "SELECT * FROM t WHERE b BETWEEN 1 AND 2 AND a = 1";
    expect(sqlOf(addPredicate(sql, "a = 1"))).toBe(sql);
  });

  it("stays clear of a comment at the end of a line", () => {
    expect(sqlOf(addPredicate("SELECT * FROM t -- all of it", "a = 1"))).toBe("SELECT * FROM t WHERE a = 1 -- all of it");
    expect(sqlOf(addPredicate("SELECT * FROM t WHERE b = 2 -- why\nLIMIT 1", "a = 1"))).toBe("SELECT * FROM t WHERE b = 2 AND a = 1 -- why\nLIMIT 1");
  });

  it("says why it can't", () => {
    expect(sqlOf(addPredicate("SELECT a FROM t JOIN u ON 1=1", "a = 1"))).toBe("refused: it joins several datasets");
  });

  it("gives a statement that is simple again and holds the predicate, for every kind of start", () => {
    const wheres = ["", " WHERE x = 1", " WHERE x = 'it''s' OR y > 2", "\nWHERE z IN (1, 2)\n  AND y IS NULL"];
    const ends = ["", " ORDER BY x", "\nORDER BY x DESC\nLIMIT 10", " LIMIT 3;"];
    const values = ["plain", "it's", "a AND b", "x OR y", "';--", "\u{1F512} ü", ""];
    for (const where of wheres) {
      for (const end of ends) {
        for (const value of values) {
          for (const exclude of [false, true]) {
            const predicate = predicateOf("Field", "string", value, exclude)!;
            const once = sqlOf(addPredicate(`SELECT * FROM t${where}${end}`, predicate));
            expect(analyse(once).ok).toBe(true);
            expect(once).toContain(predicate);
            expect(sqlOf(addPredicate(once, predicate))).toBe(once);
          }
        }
      }
    }
  });
});

describe("withoutLimit", () => {
  it("leaves out what bounds the answer and nothing else", () => {
    expect(sqlOf(withoutLimit("SELECT * FROM t\nORDER BY a\nLIMIT 500"))).toBe("SELECT * FROM t\nORDER BY a");
    expect(sqlOf(withoutLimit("SELECT * FROM t LIMIT 5 OFFSET 2;"))).toBe("SELECT * FROM t;");
    expect(sqlOf(withoutLimit("SELECT a AS limit_ FROM t WHERE b = 'LIMIT 5'"))).toBe("SELECT a AS limit_ FROM t WHERE b = 'LIMIT 5'");
    expect(sqlOf(withoutLimit("SELECT 1 UNION SELECT 2"))).toContain("refused");
  });
});

describe("predicateOf", () => {
  it("writes a literal of the field's type", () => {
    expect(predicateOf("ClientIP", "string", "1.2.3.4", false)).toBe("ClientIP = '1.2.3.4'");
    expect(predicateOf("EdgeResponseStatus", "int", 403, false)).toBe("EdgeResponseStatus = 403");
    expect(predicateOf("Big", "int", "9007199254740993", false)).toBe("Big = 9007199254740993");
    expect(predicateOf("Ok", "bool", true, false)).toBe("Ok = TRUE");
    expect(predicateOf("Path", "string", "it's", false)).toBe("Path = 'it''s'");
    expect(predicateOf("order by", "string", "x", false)).toBe(`"order by" = 'x'`);
  });

  it("hides a value without hiding the rows that have none", () => {
    expect(predicateOf("A", "string", "x", true)).toBe("A IS DISTINCT FROM 'x'");
    expect(predicateOf("A", "string", null, false)).toBe("A IS NULL");
    expect(predicateOf("A", "string", null, true)).toBe("A IS NOT NULL");
  });

  it("has none for lists and objects, but one for an element", () => {
    expect(predicateOf("A", "array<string>", ["x"], false)).toBeNull();
    expect(elementPredicate("A", "x", true)).toBe("NOT array_contains(A, 'x')");
  });
});

describe("setOrder", () => {
  const order = { field: "a", descending: true };

  it("adds and replaces an ORDER BY", () => {
    expect(sqlOf(setOrder("SELECT * FROM t LIMIT 5", order))).toBe("SELECT * FROM t ORDER BY a DESC LIMIT 5");
    expect(sqlOf(setOrder("SELECT * FROM t\nORDER BY b, c DESC\nLIMIT 5", order))).toBe("SELECT * FROM t\nORDER BY a DESC\nLIMIT 5");
  });

  it("sorts an aggregate only by a name it selects", () => {
    expect(sqlOf(setOrder("SELECT a, COUNT(*) AS n FROM t GROUP BY a", { field: "n", descending: false }))).toContain("GROUP BY a ORDER BY n ASC");
    expect(setOrder("SELECT b, COUNT(*) FROM t GROUP BY b", { field: "count(*)", descending: false }).ok).toBe(false);
  });

  it("is read back", () => {
    const edit = setOrder("SELECT * FROM t", order);
    const found = analyse(edit.ok ? edit.sql : "");
    expect(found.ok && orderOf(found.statement)).toEqual(order);
  });
});

describe("datasetOf", () => {
  it("finds the first dataset of any statement", () => {
    expect(datasetOf("SELECT * FROM http_requests")).toBe("http_requests");
    expect(datasetOf('with a as (select 1 from "dns_logs") select 1')).toBe("dns_logs");
    expect(datasetOf("SELECT 'FROM x'")).toBeNull();
  });
});
