import { textOf } from "./cells";
import { actionWord } from "./outcome";

type Event = Record<string, unknown>;

const sources: Record<string, string> = {
  firewallmanaged: "Managed rules", firewallcustom: "Custom rules", firewallrules: "Firewall rules", ratelimit: "Rate limiting", waf: "WAF", botmanagement: "Bot management",
  botfight: "Bot fight mode", l7ddos: "DDoS protection", ip: "IP access rule", iprange: "IP range access rule", asn: "ASN access rule", country: "Country access rule", uablock: "User agent block",
  zonelockdown: "Zone lockdown", securitylevel: "Security level", bic: "Browser integrity check", hot: "Hotlink protection", validation: "Request validation", apishield: "API shield",
  apishieldschemavalidation: "API schema validation", apishieldtokenvalidation: "API token validation", apishieldsequencemitigation: "API sequence mitigation", dlp: "Data loss prevention",
};

/** The product behind an event, in words; what is not known is shown as it is written. */
export const sourceWords = (source: unknown): string => sources[textOf(source).toLowerCase()] ?? textOf(source);

/** The events of one request in the order in which their rules acted: the last one to match has the index 0. */
export function ruleChain(events: readonly Event[], timeField = "Datetime"): Event[] {
  const index = (event: Event) => Number(event.MatchIndex ?? 0);
  return events.toSorted((a, b) => index(b) - index(a) || textOf(a[timeField]).localeCompare(textOf(b[timeField])));
}

/** The event that decided what became of the request: the last that mitigated. Null when nothing did. */
export const decisionOf = (chain: readonly Event[]): Event | null => chain.findLast((event) => actionWord(event.Action)?.mitigates) ?? null;

/** What a rule is called: by its description, its label, or its id. */
export const ruleName = (event: Event): string => textOf(event.Description) || textOf(event.Ref) || textOf(event.RuleID) || sourceWords(event.Source) || "without a name";

/** `Blocked by rule …`, `Challenged by rule …`, `Rate limited by rule …`. */
export function decisionWords(event: Event): string {
  const action = actionWord(event.Action);
  const verb = textOf(event.Source).toLowerCase() === "ratelimit" ? "Rate limited" : action?.icon === "challenge" ? "Challenged" : "Blocked";
  return `${verb} by rule ${ruleName(event)}`;
}

const scores: readonly (readonly [RegExp, field: string, title: string])[] = [
  [/sqli (?:attack )?score/i, "WAFSQLiAttackScore", "SQLi attack score"],
  [/xss (?:attack )?score/i, "WAFXSSAttackScore", "XSS attack score"],
  [/rce (?:attack )?score/i, "WAFRCEAttackScore", "RCE attack score"],
  [/(?:waf|attack) (?:attack )?score/i, "WAFAttackScore", "WAF attack score"],
  [/bot score/i, "BotScore", "Bot score"],
];

const isNumber = (value: unknown): boolean => value !== null && value !== undefined && value !== "" && Number.isFinite(Number(value));

/** The score that a score rule judged, beside its threshold where the event or the rule's name gives one. Null for other rules. */
export function scoreWords(event: Event, request: Event | null): string | null {
  const metadata: Event = typeof event.Metadata === "object" && event.Metadata !== null ? (event.Metadata as Event) : {};
  const metaOf = (word: string) => Object.entries(metadata).find(([key, value]) => key.toLowerCase().includes(word) && isNumber(value))?.[1];
  const [metaScore, metaLimit] = [metaOf("score"), metaOf("threshold")];
  if (metaScore !== undefined) return `Score ${textOf(metaScore)}${metaLimit === undefined ? "" : `, threshold ${textOf(metaLimit)}`}`;
  const text = textOf(event.Description);
  const found = scores.find(([pattern]) => pattern.test(text));
  const value = found && request?.[found[1]];
  if (!found || !isNumber(value)) return null;
  const limit = metaLimit ?? /score\D{0,30}?(\d{1,3})/i.exec(text)?.[1];
  return `${found[2]} ${textOf(value)}${limit === undefined ? "" : `, threshold ${textOf(limit)}`}`;
}
