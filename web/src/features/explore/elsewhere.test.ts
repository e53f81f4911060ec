import { expect, it } from "vitest";
import { conditionFor } from "./elsewhere";

const field = (name: string, type: string) => ({ name, type });

it("searches a dataset by its own field, as the type of that needs it", () => {
  expect(conditionFor({ kind: "ip", value: "192.0.2.1" }, [field("SourceIP", "string")])).toBe("SourceIP = '192.0.2.1'");
  expect(conditionFor({ kind: "asn", value: "13335" }, [field("ClientASN", "int")])).toBe("ClientASN = 13335");
  expect(conditionFor({ kind: "asn", value: "13335" }, [field("ASN", "string")])).toBe("ASN = '13335'");
  expect(conditionFor({ kind: "rule", value: "abc" }, [field("SecurityRuleIDs", "array<string>")])).toBe("array_contains(SecurityRuleIDs, 'abc')");
  expect(conditionFor({ kind: "ja4", value: "t13d" }, [field("ClientIP", "string")])).toBeNull();
});
