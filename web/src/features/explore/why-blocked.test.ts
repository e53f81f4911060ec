import { describe, expect, it } from "vitest";
import { isStopped, withoutEvents } from "./why-blocked";

describe("why a request was stopped", () => {
  it("is asked of what was blocked, challenged or refused", () => {
    const stopped = [{ SecurityAction: "block", EdgeResponseStatus: 403 }, { SecurityAction: "managedChallenge" }, { SecurityAction: "", EdgeResponseStatus: 429 }, { EdgeResponseStatus: 403 }];
    expect(stopped.every(isStopped)).toBe(true);
    expect([{}, { SecurityAction: "skip", EdgeResponseStatus: 403 }, { SecurityAction: "managedChallengeNonInteractiveSolved" }, { EdgeResponseStatus: 404 }].some(isStopped)).toBe(false);
  });

  it("is told by the request's own fields when no event of it is stored", () => {
    const request = { SecurityAction: "block", SecurityRuleDescription: "Dot files", SecuritySources: ["firewallManaged"], EdgeResponseStatus: 403 };
    expect(withoutEvents(request)).toBe("No security event within an hour of it has its Ray ID. The request itself names the rule Dot files, Managed rules, with the action block.");
    expect(withoutEvents({ SecurityAction: "block" })).toContain("names no rule, with the action block.");
    expect(withoutEvents({ EdgeResponseStatus: 403, OriginResponseStatus: 403 })).toContain("The origin itself answered 403.");
    expect(withoutEvents({ EdgeResponseStatus: 403, OriginResponseStatus: 0 })).toContain("The edge answered 403 without the origin.");
  });
});
