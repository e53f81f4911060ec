import { describe, expect, it } from "vitest";
import { decisionOf, decisionWords, ruleChain, ruleName, scoreWords, sourceWords } from "./rule-chain";

const log = { Action: "log", Source: "firewallcustom", RuleID: "a", Description: "Log logins", MatchIndex: 1, Datetime: "2026-11-22T10:00:00Z" };
const block = { Action: "block", Source: "firewallmanaged", RuleID: "b", Description: "Dot files", MatchIndex: 0, Datetime: "2026-11-22T10:00:00Z" };
const challenge = { Action: "managedchallenge", Source: "firewallcustom", RuleID: "c", Description: "", Ref: "likely-bots", MatchIndex: 2 };

describe("the rules of a request", () => {
  it("stand in the order in which they acted, and the last that mitigated decided", () => {
    const chain = ruleChain([block, challenge, log]);
    expect(chain.map((event) => event.RuleID)).toEqual(["c", "a", "b"]);
    expect(decisionOf(chain)).toBe(block);
    expect(decisionOf([log])).toBeNull();
    expect(decisionOf([])).toBeNull();
  });

  it("are named by what is known of them", () => {
    expect(decisionWords(block)).toBe("Blocked by rule Dot files");
    expect(decisionWords(challenge)).toBe("Challenged by rule likely-bots");
    expect(decisionWords({ ...block, Source: "ratelimit", Description: null })).toBe("Rate limited by rule b");
    expect(ruleName({ Source: "bic" })).toBe("Browser integrity check");
    expect(sourceWords("somethingnew")).toBe("somethingnew");
  });

  it("show the score that was judged beside its threshold", () => {
    expect(scoreWords({ Description: "OWASP", Metadata: { score: 40, threshold: "25" } }, null)).toBe("Score 40, threshold 25");
    expect(scoreWords({ Description: "WAF attack score at most 20" }, { WAFAttackScore: 12 })).toBe("WAF attack score 12, threshold 20");
    expect(scoreWords({ Description: "SQLi attack score below 15" }, { WAFAttackScore: 90, WAFSQLiAttackScore: 3 })).toBe("SQLi attack score 3, threshold 15");
    expect(scoreWords({ Description: "Low bot score" }, { BotScore: 2 })).toBe("Bot score 2");
    expect(scoreWords({ Description: "WAF attack score at most 20" }, null)).toBeNull();
    expect(scoreWords(block, { WAFAttackScore: 12 })).toBeNull();
  });
});
