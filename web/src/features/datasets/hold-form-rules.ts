import type { NewHold } from "@/api/maintenance";
import { rfc3339 } from "@/lib/clock";
import { instantOf } from "@/lib/time-range";

export interface HoldText {
  name: string;
  from: string;
  to: string;
  where: string;
  reason: string;
}

export const noHold: HoldText = { name: "", from: "", to: "", where: "", reason: "" };

const timeHint = "A time such as 2026-11-22 or 2026-11-22T14:30:00Z";

/** What is wrong with each field; one that is not there is right. */
export function holdProblems(text: HoldText, now: number): Partial<Record<keyof HoldText, string>> {
  const problems: Partial<Record<keyof HoldText, string>> = {};
  const [from, to] = [text.from, text.to].map((t) => (t.trim() === "" ? undefined : instantOf(t, now)));
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(text.name)) problems.name = "1 to 64 letters, digits, '.', '_' and '-', such as case-17";
  if (from === null) problems.from = timeHint;
  if (to === null) problems.to = timeHint;
  if (typeof from === "number" && typeof to === "number" && from >= to) problems.to = "It ends before it begins";
  if (text.reason.trim() === "") problems.reason = "Say why: it stands in the table’s history";
  return problems;
}

/** What is sent; only for a text without problems. */
export function holdOf(text: HoldText, now: number): NewHold {
  const time = (t: string) => {
    const ms = t.trim() === "" ? null : instantOf(t, now);
    return ms === null ? null : rfc3339(ms);
  };
  return { name: text.name, from: time(text.from), to: time(text.to), where: text.where.trim() || null, reason: text.reason.trim() };
}
