import type { DatasetSummary } from "@/api/datasets";

export interface SampleQuery {
  title: string;
  sql: string;
}

const rowLimit = 500;

/** The statement a dataset opens with. */
export function defaultSql(dataset: Pick<DatasetSummary, "name" | "timestampField">): string {
  const order = dataset.timestampField ? `\nORDER BY ${dataset.timestampField} DESC` : "";
  return `SELECT * FROM ${dataset.name}${order}\nLIMIT ${rowLimit}`;
}

const http: readonly SampleQuery[] = [
  {
    title: "Likely attacks that nothing stopped",
    sql: "SELECT * FROM http_requests\nWHERE WAFAttackScore BETWEEN 1 AND 20\n  AND lower(replace(coalesce(SecurityAction, ''), '_', '')) NOT IN ('block', 'challenge', 'jschallenge', 'managedchallenge')\nORDER BY EdgeStartTimestamp DESC\nLIMIT 500",
  },
  {
    title: "403 responses: possible false positives",
    sql: "SELECT * FROM http_requests\nWHERE EdgeResponseStatus = 403 AND BotScore >= 30\nORDER BY EdgeStartTimestamp DESC\nLIMIT 500",
  },
  {
    title: "Busiest client IPs",
    sql: "SELECT ClientIP, COUNT(*) AS requests, MIN(BotScore) AS lowest_bot_score\nFROM http_requests\nGROUP BY ClientIP\nORDER BY requests DESC\nLIMIT 100",
  },
  {
    title: "Requests and errors by hour",
    sql: "SELECT date_trunc('hour', EdgeStartTimestamp) AS hour,\n  COUNT(*) AS requests,\n  SUM(CASE WHEN EdgeResponseStatus >= 500 THEN 1 ELSE 0 END) AS server_errors\nFROM http_requests\nGROUP BY 1\nORDER BY hour DESC",
  },
  {
    title: "Paths with the most server errors",
    sql: "SELECT ClientRequestHost, ClientRequestPath, EdgeResponseStatus, COUNT(*) AS requests\nFROM http_requests\nWHERE EdgeResponseStatus >= 500\nGROUP BY ClientRequestHost, ClientRequestPath, EdgeResponseStatus\nORDER BY requests DESC\nLIMIT 100",
  },
  {
    title: "Bytes taken from the origin, by client IP",
    sql: "SELECT ClientIP, SUM(OriginResponseBytes) AS origin_bytes, COUNT(*) AS requests\nFROM http_requests\nGROUP BY ClientIP\nORDER BY origin_bytes DESC\nLIMIT 100",
  },
];

const firewall: readonly SampleQuery[] = [
  {
    title: "Events by action and source",
    sql: "SELECT Action, Source, COUNT(*) AS events\nFROM firewall_events\nGROUP BY Action, Source\nORDER BY events DESC",
  },
  {
    title: "Rules that acted most",
    sql: "SELECT RuleID, Description, Action, COUNT(*) AS events\nFROM firewall_events\nGROUP BY RuleID, Description, Action\nORDER BY events DESC\nLIMIT 100",
  },
  {
    title: "Blocked requests",
    sql: "SELECT * FROM firewall_events\nWHERE Action = 'block'\nORDER BY Datetime DESC\nLIMIT 500",
  },
];

const own: Record<string, readonly SampleQuery[]> = { http_requests: http, firewall_events: firewall };

/** Ready statements for a dataset, the plain ones first. */
export function sampleQueries(dataset: Pick<DatasetSummary, "name" | "timestampField">): SampleQuery[] {
  const time = dataset.timestampField;
  return [
    { title: "Newest records", sql: defaultSql(dataset) },
    ...(own[dataset.name] ?? []),
    ...(time
      ? [{ title: "Records by hour", sql: `SELECT date_trunc('hour', ${time}) AS hour, COUNT(*) AS records\nFROM ${dataset.name}\nGROUP BY 1\nORDER BY hour DESC` }]
      : [{ title: "Number of records", sql: `SELECT COUNT(*) AS records\nFROM ${dataset.name}` }]),
  ];
}
