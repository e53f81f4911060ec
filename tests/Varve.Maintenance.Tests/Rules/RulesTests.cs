using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Maintenance.Tests.Rules;

public sealed class RulesTests
{
    static readonly Actor Ann = new("ann@example.com", "case 42");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_keeps_everything_and_is_protected_until_it_is_told_otherwise()
    {
        using var kept = await WithRowsAsync();

        var rules = await kept.Keeper().RulesAsync(kept.Table, Token);

        Assert.Equal((RetentionRule.ForEver, true), (rules.Retention, rules.IsProtected));
        Assert.Empty(rules.Holds);
    }

    [Fact]
    public async Task Rules_stand_in_the_tables_log_with_who_and_why()
    {
        using var kept = await WithRowsAsync();
        var keeper = kept.Keeper();
        await keeper.SetRetentionAsync(kept.Table, RetentionRule.Parse("30d"), Ann, Token);
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("case-42", KeptLake.Start, null) { By = Ann, Where = "ClientIP = '203.0.113.9'" }, Token);
        await keeper.SetProtectionAsync(kept.Table, isOn: false, Ann, Token);

        // Another process sees them.
        var rules = await kept.Keeper().RulesAsync(kept.Table, Token);

        Assert.Equal(("30d", false), (rules.Retention.ToString(), rules.IsProtected));
        var hold = Assert.Single(rules.Holds);
        Assert.Equal(("case-42", Ann, "ClientIP = '203.0.113.9'"), (hold.Name, hold.By, hold.Where));
        Assert.InRange(hold.PlacedAt, kept.Clock.GetUtcNow().AddMinutes(-1), kept.Clock.GetUtcNow());
        var history = await (await kept.OpenAsync()).HistoryAsync(3, Token);
        Assert.Equal(["UNPROTECT", "PLACE HOLD", "SET RETENTION"], history.Select(commit => commit.Info!.Operation));
        Assert.All(history, commit => Assert.Contains("ann@example.com", commit.Info!.UserMetadata, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hold_is_lifted_by_name_and_the_others_stay()
    {
        using var kept = await WithRowsAsync();
        var keeper = kept.Keeper();
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("one", null, null) { By = Ann }, Token);
        await keeper.PlaceHoldAsync(kept.Table, new LegalHold("two", null, null) { By = Ann }, Token);

        await keeper.LiftHoldAsync(kept.Table, "one", Ann, Token);

        Assert.Equal("two", Assert.Single((await keeper.RulesAsync(kept.Table, Token)).Holds).Name);
        await ExpectAsync(FaultKind.NotFound, "It has two", () => keeper.LiftHoldAsync(kept.Table, "one", Ann, Token));
        await ExpectAsync(FaultKind.Conflict, "already", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("two", null, null) { By = Ann }, Token));
    }

    [Fact]
    public async Task What_cannot_be_a_hold_is_refused()
    {
        using var kept = await WithRowsAsync();
        var keeper = kept.Keeper();

        await ExpectAsync(FaultKind.Invalid, "cannot be the name", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("a b", null, null) { By = Ann }, Token));
        await ExpectAsync(FaultKind.Invalid, "before it begins", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("a", KeptLake.Start, KeptLake.Start) { By = Ann }, Token));
        await ExpectAsync(FaultKind.Invalid, "reason", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("a", null, null) { By = new Actor("ann", " ") }, Token));
        await ExpectAsync(FaultKind.Invalid, "NoSuchField", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("a", null, null) { By = Ann, Where = "NoSuchField = 1" }, Token));
        await ExpectAsync(FaultKind.NotFound, "no table", () => keeper.PlaceHoldAsync(kept.Table with { Zone = "other" }, new LegalHold("a", null, null) { By = Ann }, Token));
        Assert.Empty((await keeper.RulesAsync(kept.Table, Token)).Holds);
    }

    [Fact]
    public async Task Holds_are_bounded_in_number()
    {
        using var kept = await WithRowsAsync();
        var keeper = kept.Keeper();
        for (var number = 0; number < TableRules.HoldsMax; number++)
            await keeper.PlaceHoldAsync(kept.Table, new LegalHold($"h{number}", null, null) { By = Ann }, Token);

        await ExpectAsync(FaultKind.LimitExceeded, "lift one", () => keeper.PlaceHoldAsync(kept.Table, new LegalHold("one-more", null, null) { By = Ann }, Token));
    }

    [Fact]
    public async Task Rules_that_are_changed_at_once_are_all_there()
    {
        using var kept = await WithRowsAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() =>
            kept.Keeper().PlaceHoldAsync(kept.Table, new LegalHold($"h{number}", null, null) { By = Ann }, Token))));

        Assert.Equal(6, (await kept.Keeper().RulesAsync(kept.Table, Token)).Holds.Count);
    }

    static async Task<KeptLake> WithRowsAsync()
    {
        var kept = new KeptLake();
        await kept.IngestAsync(KeptLake.Requests(50), files: 1);
        return kept;
    }

    static async Task ExpectAsync(FaultKind kind, string part, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(act);
        Assert.Equal(kind, fault.Kind);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }
}
