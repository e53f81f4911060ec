/** What a value stands for, whatever the dataset calls it. */
export type EntityKind = "ip" | "server" | "asn" | "ja3" | "ja4" | "host" | "path" | "agent" | "rule" | "ray" | "country" | "account" | "email" | "user";

interface Field {
  name: string;
  type: string;
}

interface Entity {
  /** In a sentence: "same client IP". */
  words: string;
  /** The fields that hold it; where a dataset has several the first of them is the one that is searched. */
  fields: readonly string[];
}

const entities: Record<EntityKind, Entity> = {
  ip: {
    words: "client IP",
    fields: [
      "ClientIP", "SourceIP", "SrcIP", "IPSourceAddress", "SourceAddress", "SrcAddr", "ClientAddress", "IPAddress", "IP", "ActorIP", "ActorIPAddress", "HTTPClientIPAddress",
      "ISPIPv4Address", "ISPIPv6Address", "SourceInternalIP",
    ],
  },
  server: {
    words: "server IP",
    fields: ["OriginIP", "DestinationIP", "DstIP", "IPDestinationAddress", "DestinationAddress", "DestAddr", "ServerAddress", "HTTPServerIPAddress", "InitialOriginIP", "OverrideIP", "UpstreamIP", "EdgeServerIP"],
  },
  asn: { words: "ASN", fields: ["ClientASN", "SourceASN", "ASN", "ClientIPASN", "HTTPClientIPASN", "ISPIPv4ASN", "ISPIPv6ASN", "DestinationASN", "HTTPServerIPASN"] },
  ja3: { words: "JA3", fields: ["JA3Hash", "JA3"] },
  ja4: { words: "JA4", fields: ["JA4", "JA4Hash"] },
  host: { words: "host", fields: ["ClientRequestHost", "HTTPHost", "Host", "Hostname", "URLHost", "QueryName", "DNSQueryName", "AppDomain", "DomainName", "EdgeRequestHost", "ClientRefererHost"] },
  path: { words: "path", fields: ["ClientRequestPath", "ClientRefererPath", "R2Path"] },
  agent: { words: "user agent", fields: ["ClientRequestUserAgent", "UserAgent"] },
  rule: { words: "rule", fields: ["RuleID", "SecurityRuleID", "SecurityRuleIDs", "TriggeredRuleID", "EgressRuleID"] },
  ray: { words: "Ray ID", fields: ["RayID", "ParentRayID", "OriginatorRayID"] },
  country: {
    words: "country",
    fields: [
      "ClientCountry", "SourceCountry", "SrcIPCountryCode", "SourceIPCountryCode", "ClientIPCountry", "Country", "CountryCode", "HTTPClientIPCountryISO", "ISPIPv4CountryISO", "ISPIPv6CountryISO",
      "DestinationCountry", "DestinationIPCountryCode", "HTTPServerIPCountryISO",
    ],
  },
  account: { words: "account", fields: ["AccountID", "AccountIDTo", "AccountIDFrom"] },
  email: { words: "e-mail address", fields: ["Email", "UserEmail", "ActorEmail"] },
  user: { words: "user", fields: ["UserID", "UserUID", "ActorID", "FraudUserID", "Username"] },
};

const kinds = new Map((Object.keys(entities) as EntityKind[]).flatMap((kind) => entities[kind].fields.map((name) => [name.toLowerCase(), kind] as const)));

export const entityKinds = Object.keys(entities) as readonly EntityKind[];

export const entityWords = (kind: EntityKind): string => entities[kind].words;

/** The names of the fields of a kind, the ones to search first. */
export const namesOfKind = (kind: EntityKind): readonly string[] => entities[kind].fields;

/** What the values of a field stand for; null when they stand for themselves. */
export const kindOfField = (name: string): EntityKind | null => kinds.get(name.toLowerCase()) ?? null;

/** The field of a dataset in which a kind is searched. */
export function fieldOfKind<T extends Field>(kind: EntityKind, fields: readonly T[]): T | undefined {
  const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  return entities[kind].fields.map((name) => byName.get(name.toLowerCase())).find((field) => field !== undefined);
}

/** The value of a field as one that other datasets can be searched for; null when it is nobody and nothing. */
export function entityOf(name: string, value: unknown): { kind: EntityKind; value: string } | null {
  const kind = kindOfField(name);
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (kind === null || one === null || one === undefined || typeof one === "object" || one === "") return null;
  return (kind === "ray" && one === "00") || (kind === "asn" && Number(one) === 0) ? null : { kind, value: String(one as string | number | boolean) };
}
