/** A value that is more than one line can show, taken apart. */
export type ValueShape =
  | { kind: "json"; text: string }
  | { kind: "url"; address: string; query: readonly (readonly [name: string, value: string])[]; fragment: string }
  | { kind: "text"; text: string };

export const longText = 120;

/** Percent signs resolved; as written where they resolve to no text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const decodedQuery = (text: string): string => decoded(text.replaceAll("+", " "));

function parsedJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An address, or the path or the query of one, in its decoded parts. */
function urlOf(text: string): ValueShape | null {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text) || /^\/\S*\?\S+$/.test(text) || /^\?\S+$/.test(text);
  if (!isAddress) return null;
  const [, address = "", query = "", fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  const pairs = query.split("&").filter((part) => part !== "").map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? ([decodedQuery(part), ""] as const) : ([decodedQuery(part.slice(0, at)), decodedQuery(part.slice(at + 1))] as const);
  });
  return { kind: "url", address: decoded(address), query: pairs, fragment: decoded(fragment) };
}

/** What a value is when it is opened; null for one that is read at a glance. */
export function shapeOf(value: unknown): ValueShape | null {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? null : { kind: "json", text: JSON.stringify(value, null, 2) };
  if (typeof value !== "string") return null;
  const json = parsedJson(value);
  if (typeof json === "object" && json !== null) return { kind: "json", text: JSON.stringify(json, null, 2) };
  const url = urlOf(value);
  if (url) return url;
  return value.length > longText ? { kind: "text", text: decoded(value) } : null;
}

/** An opened value as one text. */
export function textOfShape(shape: ValueShape): string {
  if (shape.kind !== "url") return shape.text;
  return [shape.address, ...shape.query.map(([name, value]) => `${name}=${value}`), ...(shape.fragment === "" ? [] : [`#${shape.fragment}`])].filter((line) => line !== "").join("\n");
}
