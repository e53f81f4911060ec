import type { Dataset } from "@/api/datasets";
import type { QueryRequest } from "@/api/run-query";
import { rfc3339 } from "@/lib/clock";
import { fieldOfKind } from "@/lib/entities";
import { predicateOf } from "@/lib/sql/edit";
import { quoteName, quoteText } from "@/lib/sql/tokens";
import { textOf } from "./cells";
import type { Place } from "./place";

type StoredRecord = Record<string, unknown>;

/** Records that belong to an open one, and how they are asked for. */
export interface Related {
  value: "events" | "request" | "client";
  label: string;
  dataset: string;
  /** What would stand after WHERE. */
  condition: string;
  request: QueryRequest;
  /** Said when there are none. */
  none: string;
}

export const relatedMax = 100;
const hourMs = 3_600_000;
const clientMs = 600_000;

/** The Ray ID of a record; Cloudflare writes `00` where there is none. */
export function rayOf(record: StoredRecord): string | null {
  const ray = textOf(record.RayID);
  return ray === "" || ray === "00" ? null : ray;
}

const noneOf = (dataset: string): string => `No record of ${dataset} within an hour of this one has its Ray ID.`;

/** What belongs to a record: by its Ray ID within an hour of it, by its client within ten minutes. Most files can be left out then. */
export function relatedOf(record: StoredRecord, dataset: Dataset, place: Place): Related[] {
  const { timestampField } = dataset;
  const ms = Date.parse(textOf(timestampField ? record[timestampField] : undefined));
  if (!timestampField || Number.isNaN(ms)) return [];
  const asked = (related: Omit<Related, "request">, order: string, aroundMs: number): Related => ({
    ...related,
    request: {
      sql: `SELECT * FROM ${related.dataset} WHERE ${related.condition} ORDER BY ${order} LIMIT ${relatedMax}`,
      account: place.account, zone: place.zone, from: rfc3339(ms - aroundMs), to: rfc3339(ms + aroundMs),
    },
  });
  const related: Related[] = [];
  const ray = rayOf(record);
  const isRequest = dataset.name === "http_requests";
  if (ray !== null) {
    const byRay = { condition: `RayID = ${quoteText(ray)}` };
    if (!isRequest)
      related.push(asked({ ...byRay, value: "request", label: "Request", dataset: "http_requests", none: noneOf("http_requests") }, "EdgeStartTimestamp", hourMs));
    if (isRequest || dataset.name === "firewall_events")
      related.push(asked({ ...byRay, value: "events", label: "Security events", dataset: "firewall_events", none: noneOf("firewall_events") }, "Datetime", hourMs));
  }
  const client = fieldOfKind("ip", dataset.fields);
  const value = client && record[client.name];
  const condition = client && value !== undefined && value !== null && value !== "" ? predicateOf(client.name, client.type, value, false) : null;
  if (condition !== null) {
    const none = `No record of ${dataset.name} within ten minutes of this one has its client.`;
    related.push(asked({ condition, value: "client", label: "Same client", dataset: dataset.name, none }, `${quoteName(timestampField)} DESC`, clientMs));
  }
  return related;
}
