import { fieldOfKind, type EntityKind } from "@/lib/entities";
import { problemOf, type FieldTypes, type Filter, type Operator } from "./filter";
import { readFilters } from "./read";

interface Field {
  name: string;
  type: string;
}

/** So many filters are made of a record at most: more would be no question any more. */
const filtersMax = 20;

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const ipv6 = /^(?=.*:.*:)[0-9a-f:]{2,39}(?::\d{1,3}(?:\.\d{1,3}){3})?$/i;
const ray = /^(?:cf-ray:\s*)?([0-9a-f]{16})(?:-[a-z]{3})?$/i;
const signs: Record<string, Operator> = { "=": "eq", "==": "eq", ":": "eq", "!=": "ne", "<>": "ne", ">=": "ge", "<=": "le", ">": "gt", "<": "lt" };

/** What a bare word stands for, when its form says so. */
function entityOfWord(word: string): { kind: EntityKind; value: string } | null {
  if (ipv4.test(word) || ipv6.test(word)) return { kind: "ip", value: word };
  const [, rayId] = ray.exec(word) ?? [];
  if (rayId) return { kind: "ray", value: rayId.toLowerCase() };
  const [, asn] = /^AS(\d{1,10})$/i.exec(word) ?? [];
  return asn ? { kind: "asn", value: asn } : null;
}

const unquoted = (text: string): string => {
  const [, quote, inner] = /^(['"])([\s\S]*)\1$/.exec(text) ?? [];
  return inner === undefined ? text : quote === "'" ? inner.replaceAll("''", "'") : inner;
};

const equal = (field: Field, value: string): Filter => ({ field: field.name, op: field.type.startsWith("array") ? "has" : "eq", values: [value] });

/** Turns what was pasted into filters of a dataset's fields; none when it is nothing that these can say. */
export function filtersOfPasted(pasted: string, fields: readonly Field[]): Filter[] {
  const text = pasted.trim();
  const types: FieldTypes = (name) => fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  const usable = (filters: readonly Filter[]) => filters.every((filter) => problemOf(filter, types(filter.field)?.type ?? "") === null);
  const ways = [ofObject, ofWords, ofUrl, ofCondition, ofPairs];
  for (const way of ways) {
    const filters = way(text, fields, types);
    if (filters.length > 0 && usable(filters)) return filters;
  }
  return [];
}

/** A record, or a part of one, as JSON: a filter for each of its fields that has a plain value. */
function ofObject(text: string, _: readonly Field[], types: FieldTypes): Filter[] {
  if (!text.startsWith("{")) return [];
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return [];
  }
  const filters = Object.entries(record as Record<string, unknown>).flatMap(([name, value]) => {
    const field = types(name);
    if (!field || value === "" || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")) return [];
    // Times are ranges, not values.
    return field.type === "timestamp" ? [] : [equal(field, String(value))];
  });
  return filters.slice(0, filtersMax);
}

/** Addresses, Ray IDs or AS numbers, one or several, with lines, commas or spaces between. */
function ofWords(text: string, fields: readonly Field[]): Filter[] {
  const words = [...new Set((ray.test(text) ? [text] : text.split(/[\s,;]+/)).filter((word) => word !== ""))];
  const entities = words.map(entityOfWord);
  const kind = entities[0]?.kind;
  const field = kind && fieldOfKind(kind, fields);
  if (!field || entities.some((each) => each?.kind !== kind)) return [];
  const values = entities.map((each) => each!.value);
  return values.length === 1 ? [equal(field, values[0]!)] : [{ field: field.name, op: "in", values }];
}

/** An address of the web: its host, and its path with what follows that. */
function ofUrl(text: string, fields: readonly Field[]): Filter[] {
  const [, host, path = "", query = ""] = /^https?:\/\/([^/?#\s]+)([^?#\s]*)(\?[^#\s]*)?(?:#\S*)?$/i.exec(text) ?? [];
  const named = (name: string) => fields.find((field) => field.name === name);
  const hostField = fieldOfKind("host", fields);
  if (!host || !hostField) return [];
  const filters = [equal(hostField, host.toLowerCase())];
  const [uri, pathField, queryField] = [named("ClientRequestURI"), fieldOfKind("path", fields), named("ClientRequestQuery")];
  if (query !== "" && uri) return [...filters, equal(uri, `${path || "/"}${query}`)];
  if (pathField && path !== "") filters.push(equal(pathField, path));
  if (queryField && query !== "") filters.push(equal(queryField, query));
  return filters;
}

/** A condition as SQL writes it. */
function ofCondition(text: string, _: readonly Field[], types: FieldTypes): Filter[] {
  const reading = readFilters(`SELECT * FROM t WHERE ${text.replace(/^WHERE\s+/i, "")}`, types);
  return reading.ok && reading.groups.length === 1 ? [...reading.groups[0]!] : [];
}

/** `Field:value`, `Field=value`, `Field >= 400`, one a line. */
function ofPairs(text: string, _: readonly Field[], types: FieldTypes): Filter[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/,$/, "")).filter((line) => line !== "");
  const filters = lines.map((line): Filter | null => {
    const [, quoted, plain, sign = "", value = ""] = /^(?:"([^"]+)"|(\w+))\s*(==|!=|<>|>=|<=|[=:<>])\s*('(?:[^']|'')*'|"[^"]*"|[^'"\s].*)$/.exec(line) ?? [];
    const field = types(quoted ?? plain ?? "");
    const op = signs[sign];
    if (!field || !op) return null;
    return op === "eq" ? equal(field, unquoted(value)) : { field: field.name, op, values: [unquoted(value)] };
  });
  return filters.every((filter) => filter !== null) ? filters : [];
}
