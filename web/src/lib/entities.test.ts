import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entityKinds, entityOf, fieldOfKind, kindOfField, namesOfKind } from "./entities";

interface Catalogued {
  name: string;
  fields: { name: string; type: string }[];
}

const folder = "../src/Varve.Datasets/Catalog";
const catalog = readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Catalogued);
const names = new Set(catalog.flatMap((dataset) => dataset.fields.map((field) => field.name)));

describe("kinds of entities", () => {
  it("name fields that datasets have, each of one kind", () => {
    const all = entityKinds.flatMap(namesOfKind);
    // These two come from custom datasets.
    expect(all.filter((name) => !names.has(name))).toEqual(["JA3", "JA4Hash"]);
    expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
  });

  it("lead from one dataset to others", () => {
    const datasetsOf = (name: string) => {
      const kind = kindOfField(name);
      return kind === null ? [] : catalog.flatMap((dataset) => (fieldOfKind(kind, dataset.fields) ? [dataset.name] : []));
    };
    expect(datasetsOf("ClientIP")).toEqual(expect.arrayContaining(["http_requests", "firewall_events", "gateway_http", "access_requests"]));
    expect(datasetsOf("RayID")).toEqual(expect.arrayContaining(["http_requests", "firewall_events"]));
    expect(datasetsOf("Email")).toEqual(expect.arrayContaining(["access_requests", "gateway_dns", "audit_logs"]));
    expect(datasetsOf("EdgeResponseStatus")).toEqual([]);
  });

  it("are found in any case of the field's name", () => {
    expect(kindOfField("clientip")).toBe("ip");
    expect(kindOfField("SecurityRuleID")).toBe("rule");
    expect(kindOfField("EdgeResponseStatus")).toBeNull();
  });

  it("are searched in the field that a dataset has first", () => {
    const fields = [{ name: "OriginIP", type: "string" }, { name: "SecurityRuleIDs", type: "array<string>" }, { name: "SecurityRuleID", type: "string" }];
    expect(fieldOfKind("rule", fields)?.name).toBe("SecurityRuleID");
    expect(fieldOfKind("server", fields)?.name).toBe("OriginIP");
    expect(fieldOfKind("ip", fields)).toBeUndefined();
  });

  it("have a value unless that is nobody or nothing", () => {
    expect(entityOf("ClientASN", 13335)).toEqual({ kind: "asn", value: "13335" });
    expect(entityOf("SecurityRuleIDs", ["abc"])).toEqual({ kind: "rule", value: "abc" });
    expect([entityOf("RayID", "00"), entityOf("ClientASN", 0), entityOf("ClientIP", ""), entityOf("ClientIP", null), entityOf("BotScore", 3), entityOf("SecurityRuleIDs", ["a", "b"])]).toEqual(
      Array.from({ length: 6 }, () => null),
    );
  });
});
