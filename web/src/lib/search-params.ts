import * as z from "zod/mini";
import { instantOf } from "./time-range";

const time = z.string().check(z.refine((text) => text === "all" || instantOf(text, 0) !== null));
const part = String.raw`[^/,\s]{1,200}`;

const shape = {
  scope: z.string().check(z.regex(new RegExp(`^${part}(/${part}(,${part})*)?$`))),
  ds: z.string().check(z.regex(/^\w{1,100}$/)),
  from: time,
  to: time,
  q: z.string().check(z.minLength(1), z.maxLength(100_000)),
  row: z.string().check(z.minLength(1), z.maxLength(300)),
  cols: z.string().check(z.minLength(1), z.maxLength(10_000)),
  by: z.string().check(z.regex(/^\w{1,200}$/)),
  v: z.string().check(z.maxLength(20_000), z.regex(/^[^\s@,]+@\d{1,18}(,[^\s@,]+@\d{1,18})*$/)),
  tab: z.string().check(z.regex(/^[a-z]{1,20}$/)),
};

export interface ExploreSearch {
  scope?: string | undefined;
  ds?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  q?: string | undefined;
  row?: string | undefined;
  cols?: string | undefined;
  by?: string | undefined;
  /** Tables at the versions to read, `path@version` with commas; the newest when absent. */
  v?: string | undefined;
  tab?: string | undefined;
}

/** Splits raw search parameters into those the page understands and the names of those it does not. */
export function readExploreSearch(raw: Record<string, unknown>): { search: ExploreSearch; dropped: string[] } {
  const search: ExploreSearch = {};
  const dropped: string[] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const known = key in shape ? shape[key as keyof typeof shape].safeParse(value) : undefined;
    if (known?.success) search[key as keyof ExploreSearch] = known.data;
    else dropped.push(key);
  }
  return { search, dropped };
}

/** The address as plain repeated keys, so a person can read, edit and script it. */
export function parseAddress(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function formatAddress(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (typeof value === "string" && value !== "") params.set(key, value);
  const text = params.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%40", "@").replaceAll("%2A", "*");
  return text && `?${text}`;
}

/** `account` or `account/zone[,zone]`. */
export interface Scope {
  account: string;
  zone: string | null;
}

export function parseScope(text: string): Scope {
  const [account = "", zones] = text.split("/");
  return { account, zone: zones?.split(",")[0] ?? null };
}

export const formatScope = (scope: Scope): string => (scope.zone === null ? scope.account : `${scope.account}/${scope.zone}`);
