import { clockMs } from "@/lib/clock";
import { bytes, int } from "@/lib/format";
import type { CellKind } from "./columns";
import { actionWord, attackMarks, botMarks } from "./outcome";

export type Cell = readonly [text: string, className: string];

const none: Cell = ["–", "v-dim"];
const noneRight: Cell = ["–", "v-dim v-num"];

/** A value as one line of text, whatever it is. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `2026-11-22 09:56:59.863`, without a fraction of zero. */
const stamp = (text: string): string => text.replace("T", " ").replace(/(?:\.0+)?Z$/, "");

/** A cell is text and a class, never elements: a fast scroll then changes only text nodes and class names. */
export function cellOf(kind: CellKind, value: unknown, isVerifiedBot: boolean): Cell {
  if (value === null || value === undefined || value === "") return kind === "status" || kind === "bytes" ? noneRight : none;
  switch (kind) {
    case "time": {
      const ms = Date.parse(String(value));
      return [Number.isNaN(ms) ? String(value) : clockMs(ms), ""];
    }
    case "stamp":
      return [stamp(String(value)), ""];
    case "action": {
      const action = actionWord(value);
      if (!action) return none;
      const icon = action.icon ? `v-act v-act-${action.icon}` : "v-act";
      return [action.word, action.mitigates ? icon : `${icon} v-calm`];
    }
    case "status": {
      const code = Number(value);
      return [String(value), code >= 500 ? "v-num v-bad" : code === 403 || code === 429 ? "v-num v-mit" : code >= 400 ? "v-num v-warn" : "v-num"];
    }
    case "attack":
      return score(value, "attack", attackMarks(Number(value)));
    case "bot":
      return isVerifiedBot ? ["verified", "v-sub"] : score(value, "bot", botMarks(Number(value)));
    case "bytes":
      return typeof value === "number" ? [bytes(value), value === 0 ? "v-num v-dim" : "v-num"] : [String(value), "v-num"];
    case "count":
      return [typeof value === "number" ? number(value) : String(value), "v-num"];
    case "number":
      return [String(value), "v-num"];
    case "text":
      return [textOf(value), ""];
  }
}

/** Grouped and exact; a fraction keeps three figures at least. */
function number(value: number): string {
  if (Number.isInteger(value)) return int(value);
  return Math.abs(value) >= 1000 ? int(value) : String(Number(value.toPrecision(6)));
}

function score(value: unknown, scale: "attack" | "bot", marks: number): Cell {
  return [String(value).padStart(2, "\u2007"), marks > 0 ? `v-score v-${scale}-${marks}` : "v-score"];
}
