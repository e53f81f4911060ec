import { textOf } from "./cells";
import { actionWord } from "./outcome";
import { sourceWords } from "./rule-chain";

type StoredRecord = Record<string, unknown>;

/** Whether a request was blocked or challenged, or refused by whoever answered it. */
export function isStopped(request: StoredRecord): boolean {
  const status = Number(request.EdgeResponseStatus);
  return actionWord(request.SecurityAction)?.mitigates === true || ((status === 403 || status === 429) && actionWord(request.SecurityAction) === null);
}

/** Why a request was stopped, when no security event of it is stored: by its own fields, as far as they say. */
export function withoutEvents(request: StoredRecord): string {
  const status = textOf(request.EdgeResponseStatus);
  const action = actionWord(request.SecurityAction);
  const none = "No security event within an hour of it has its Ray ID";
  if (action) {
    const rule = textOf(request.SecurityRuleDescription) || textOf(request.SecurityRuleID);
    const source = Array.isArray(request.SecuritySources) ? sourceWords(request.SecuritySources[0]) : "";
    return `${none}. The request itself names ${rule ? `the rule ${rule}` : "no rule"}${source ? `, ${source}` : ""}, with the action ${action.word.toLowerCase()}.`;
  }
  if (textOf(request.OriginResponseStatus) === status) return `${none}: no rule acted. The origin itself answered ${status}.`;
  return `${none}, and the request names no rule. The edge answered ${status} without the origin.`;
}
