import * as z from "zod/mini";
import { call, getJson } from "./http";

const texts = z.record(z.string(), z.string());

const route = (name: string) => `/api/preferences/${encodeURIComponent(name)}`;

/** The user's preferences: texts by their names. */
export async function readPreferences(signal: AbortSignal): Promise<Record<string, string>> {
  return texts.parse(await getJson("/api/preferences", signal));
}

/** Sets a preference, or takes it back with null. The call outlives the page that makes it. */
export async function writePreference(name: string, value: string | null): Promise<void> {
  const init = value === null ? { method: "DELETE" } : { method: "PUT", body: value, headers: { "Content-Type": "text/plain" } };
  await call(route(name), { ...init, keepalive: true });
}
