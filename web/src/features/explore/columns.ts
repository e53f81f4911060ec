import type { Dataset, Field } from "@/api/datasets";
import type { ResultSet } from "@/lib/result-set";

export type CellKind = "time" | "stamp" | "action" | "status" | "attack" | "bot" | "bytes" | "count" | "number" | "text";

/** A column as the table draws it. */
export interface ViewColumn {
  name: string;
  /** Where it stands in the answer. */
  index: number;
  title: string;
  kind: CellKind;
  width: number;
}

/** `cols=ClientIP,ClientRequestPath:320`: the width is there only when it was changed. */
export interface ColumnChoice {
  name: string;
  width?: number | undefined;
}

const defaults: Record<string, readonly string[]> = {
  http_requests: [
    "EdgeStartTimestamp", "SecurityAction", "EdgeResponseStatus", "ClientIP", "ClientCountry", "WAFAttackScore", "BotScore",
    "ClientRequestMethod", "ClientRequestHost", "ClientRequestPath",
  ],
  firewall_events: [
    "Datetime", "Action", "EdgeResponseStatus", "ClientIP", "ClientCountry", "Source", "Description", "ClientRequestMethod",
    "ClientRequestHost", "ClientRequestPath", "RuleID",
  ],
};

const titles: Record<string, string> = {
  SecurityAction: "Action", EdgeResponseStatus: "Status", ClientIP: "Client IP", ClientCountry: "Geo", WAFAttackScore: "Attack",
  BotScore: "Bot", ClientRequestMethod: "Method", ClientRequestHost: "Host", ClientRequestPath: "Path", ClientRequestURI: "URI",
  ClientRequestUserAgent: "User agent", RayID: "Ray ID", ClientASN: "ASN", OriginResponseBytes: "Origin bytes",
  EdgeResponseBytes: "Edge bytes", SecurityRuleDescription: "Rule", RuleID: "Rule ID", CacheCacheStatus: "Cache",
};

const widths: Record<string, number> = {
  SecurityAction: 98, Action: 98, EdgeResponseStatus: 64, ClientIP: 136, ClientCountry: 50, WAFAttackScore: 70, BotScore: 70,
  ClientRequestMethod: 68, ClientRequestHost: 168, ClientRequestPath: 220, ClientRequestURI: 280, ClientRequestUserAgent: 280,
  RayID: 150, Source: 130, Description: 220, RuleID: 150, SecurityRuleDescription: 220,
};

const kindWidths: Record<CellKind, number> = {
  time: 116, stamp: 196, action: 98, status: 64, attack: 70, bot: 70, bytes: 96, count: 110, number: 96, text: 150,
};

/** The name under which a dataset's columns are kept. */
export const columnsKey = (dataset: string): string => `columns.${dataset}`;

export const minWidth = 44;
export const maxWidth = 1600;

export function parseColumns(text: string | undefined): ColumnChoice[] {
  if (!text) return [];
  return text.split(",").flatMap((part) => {
    const [, name, width] = /^(.+?)(?::(\d{2,4}))?$/.exec(part) ?? [];
    return name ? [{ name, width: width ? Math.min(maxWidth, Math.max(minWidth, Number(width))) : undefined }] : [];
  });
}

export const formatColumns = (columns: readonly ColumnChoice[]): string =>
  columns.map((c) => (c.width === undefined ? c.name : `${c.name}:${Math.round(c.width)}`)).join(",");

function kindOf(name: string, type: string, field: Field | undefined, isTime: boolean): CellKind {
  if (type === "timestamp") return isTime ? "time" : "stamp";
  if (name === "SecurityAction" || name === "Action") return "action";
  if (/^(Edge|Origin|Cache)ResponseStatus$/.test(name)) return "status";
  if (/^WAF(SQLi|XSS|RCE)?AttackScore$/.test(name)) return "attack";
  if (name === "BotScore") return "bot";
  if (type === "int" || type === "float") {
    if (field?.unit === "bytes" || field?.unit === "B" || name.endsWith("Bytes")) return "bytes";
    return field ? "number" : "count";
  }
  return "text";
}

function defaultNames(set: ResultSet, dataset: Dataset | undefined): string[] {
  const all = set.columns.map((c) => c.name);
  const wanted = defaults[dataset?.name ?? ""] ?? [
    dataset?.timestampField ?? "",
    ...(dataset?.fields ?? []).filter((f) => f.statistics && f.name !== dataset?.timestampField).slice(0, 11).map((f) => f.name),
  ];
  const found = wanted.filter((name) => all.includes(name));
  return found.length > 1 ? found : all.slice(0, 12);
}

/** The columns to draw for an answer: those chosen, else sensible ones of a `*`, else all. The event's time comes first. */
export function viewColumns(
  set: ResultSet,
  choice: readonly ColumnChoice[],
  { isStar, isInTimeOrder }: { isStar: boolean; isInTimeOrder: boolean },
  dataset: Dataset | undefined,
): ViewColumn[] {
  const fields = new Map(dataset?.fields.map((f) => [f.name, f]));
  const at = new Map(set.columns.map((c, k) => [c.name, k]));
  const chosen = choice.filter((c, k) => at.has(c.name) && choice.findIndex((d) => d.name === c.name) === k);
  const names: readonly ColumnChoice[] =
    chosen.length > 0 ? chosen : (isStar ? defaultNames(set, dataset) : [...at.keys()]).map((name) => ({ name }));
  const isTimeOf = (name: string) => name === dataset?.timestampField && set.columns[at.get(name)!]?.type === "timestamp";
  const columns = names.map(({ name, width }): ViewColumn => {
    const index = at.get(name)!;
    const column = set.columns[index]!;
    const isTime = isTimeOf(name);
    // Without the day beside it a clock time only means something where the rows stand in order.
    const kind = kindOf(name, column.type, fields.get(column.field ?? ""), isTime && isInTimeOrder);
    return { name, index, kind, title: isTime ? "Time, UTC" : (titles[name] ?? name), width: width ?? widths[name] ?? naturalWidth(name, kind) };
  });
  const time = columns.findIndex((c) => isTimeOf(c.name));
  return time > 0 ? [columns[time]!, ...columns.toSpliced(time, 1)] : columns;
}

/** Times and marks have one width; all else is wide enough for its own name. */
const naturalWidth = (name: string, kind: CellKind): number =>
  kind === "time" || kind === "stamp" ? kindWidths[kind] : Math.max(kindWidths[kind], Math.min(240, name.length * 7 + 34));

/** The choice that stands for drawn columns, with a width only where it is not the natural one. */
export function choiceOf(columns: readonly ViewColumn[]): ColumnChoice[] {
  return columns.map(({ name, kind, width }) => ({ name, width: width === (widths[name] ?? naturalWidth(name, kind)) ? undefined : width }));
}

export const isRightAligned = (kind: CellKind): boolean => kind === "status" || kind === "bytes" || kind === "count" || kind === "number";

/** The value of the grid's column template. A last column of text takes what is left; numbers stay beside their neighbours. */
export function columnTemplate(columns: readonly ViewColumn[]): string {
  const last = columns.at(-1);
  const fixed = columns.slice(0, -1).map((c) => `${Math.round(c.width)}px`);
  if (!last) return "1fr";
  const width = `${Math.round(last.width)}px`;
  return [...fixed, ...(last.kind === "text" ? [`minmax(${width}, 1fr)`] : [width, "minmax(0, 1fr)"])].join(" ");
}
