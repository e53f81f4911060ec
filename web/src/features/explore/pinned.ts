import type { PlanFrame } from "@/api/frames";

/** The tables that an answer was read from, at their versions, as the address has them; null when it does not say. */
export function versionsOf(plan: Pick<PlanFrame, "tables"> | null): string | null {
  const tables = plan?.tables ?? [];
  return tables.length === 0 ? null : tables.map((table) => `${table.path}@${table.version}`).join(",");
}

/** Versions for people: `http_requests@42`, with the zone where several zones are read. */
export function pinnedWords(versions: string): string {
  const tables = versions.split(",").map((text) => {
    const at = text.lastIndexOf("@");
    const parts = text.slice(0, at).split("/");
    return { name: parts.at(-1) ?? "", zone: parts.at(-2) ?? "", version: text.slice(at + 1) };
  });
  const isOne = new Set(tables.map((table) => table.name)).size === tables.length;
  return tables.map(({ name, zone, version }) => `version ${version} of ${isOne ? name : `${zone}/${name}`}`).join(", ");
}
