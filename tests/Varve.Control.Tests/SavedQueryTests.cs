using Varve.Storage;

namespace Varve.Control.Tests;

public sealed class SavedQueryTests : IDisposable
{
    static readonly SavedQueryText Text = new("Blocked logins", "What the login rule stops", "ds=http_requests&f=SecurityAction:eq:block");

    readonly Notebook _notebook = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _notebook.Dispose();

    [Fact]
    public async Task What_was_saved_is_there_for_the_next_process_and_for_nobody_elses_account()
    {
        var saved = await (await _notebook.OpenAsync()).SaveQueryAsync("acme", "ann", Text, Token);

        var again = await _notebook.OpenAsync();
        Assert.Equal(saved, await again.QueryAsync("acme", saved.Id, Token));
        Assert.Equal((1L, "ann", _notebook.Clock.GetUtcNow()), (saved.Version, saved.CreatedBy, saved.CreatedAt));
        Assert.Empty(await again.QueriesAsync("other", Token));
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => again.QueryAsync("other", saved.Id, Token))).Kind);
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => again.DeleteQueryAsync("other", saved.Id, null, Token))).Kind);
    }

    [Fact]
    public async Task They_are_listed_by_name()
    {
        var store = await _notebook.OpenAsync();
        foreach (var name in new[] { "b", "A", "c" })
            await store.SaveQueryAsync("acme", "ann", Text with { Name = name }, Token);

        Assert.Equal(["A", "b", "c"], (await store.QueriesAsync("acme", Token)).Select(query => query.Text.Name));
    }

    [Fact]
    public async Task A_name_is_taken_in_any_case_and_free_again_when_its_query_is_gone()
    {
        var store = await _notebook.OpenAsync();
        var saved = await store.SaveQueryAsync("acme", "ann", Text, Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.SaveQueryAsync("acme", "bob", Text with { Name = " BLOCKED logins " }, Token));
        await store.SaveQueryAsync("other", "bob", Text, Token);
        await store.DeleteQueryAsync("acme", saved.Id, saved.Version, Token);
        await store.SaveQueryAsync("acme", "bob", Text, Token);

        Assert.Equal(FaultKind.Conflict, fault.Kind);
        Assert.Contains("'BLOCKED logins'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_changes_of_one_version_the_second_is_told()
    {
        var store = await _notebook.OpenAsync();
        var saved = await store.SaveQueryAsync("acme", "ann", Text, Token);
        _notebook.Clock.Advance(TimeSpan.FromMinutes(1));

        var changed = await store.ChangeQueryAsync("acme", "bob", saved.Id, saved.Version, Text with { Description = "" }, Token);
        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ChangeQueryAsync("acme", "ann", saved.Id, saved.Version, Text, Token));
        var late = await Assert.ThrowsAsync<VarveException>(() => store.DeleteQueryAsync("acme", saved.Id, saved.Version, Token));

        Assert.Equal((2L, "ann", "bob", saved.CreatedAt.AddMinutes(1)), (changed.Version, changed.CreatedBy, changed.ChangedBy, changed.ChangedAt));
        Assert.Equal(("precondition_failed", "precondition_failed"), (fault.Detail?.Code, late.Detail?.Code));
        Assert.Equal(changed, await store.QueryAsync("acme", saved.Id, Token));
    }

    [Fact]
    public async Task Of_changes_at_once_each_is_made_or_told()
    {
        var store = await _notebook.OpenAsync();
        var saved = await store.SaveQueryAsync("acme", "ann", Text, Token);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            try
            {
                await store.ChangeQueryAsync("acme", "ann", saved.Id, saved.Version, Text with { Description = $"{number}" }, Token);
                return 1;
            }
            catch (VarveException fault) when (fault.Detail?.Code == "precondition_failed")
            {
                return 0;
            }
        }));

        Assert.Equal((1, 2L), (outcomes.Sum(), (await store.QueryAsync("acme", saved.Id, Token)).Version));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, FaultKind.LimitExceeded)]
    public async Task Names_and_views_are_bound(int more, FaultKind? expected)
    {
        var store = await _notebook.OpenAsync(new ControlLimits { NameLengthMax = 5, DescriptionLengthMax = 6, ViewLengthMax = 7 });
        SavedQueryText[] texts =
        [
            new(new string('n', 5 + more), "", "v"), new($"d{more}", new string('d', 6 + more), "v"), new($"v{more}", "", new string('v', 7 + more)),
        ];

        foreach (var text in texts)
            Assert.Equal(expected, await FaultOf(() => store.SaveQueryAsync("acme", "ann", text, Token)));
        Assert.Equal(FaultKind.Invalid, await FaultOf(() => store.SaveQueryAsync("acme", "ann", new(" ", "", "v"), Token)));
        Assert.Equal(FaultKind.Invalid, await FaultOf(() => store.SaveQueryAsync("acme", "ann", new("n", "", ""), Token)));
    }

    [Fact]
    public async Task An_account_has_so_many_and_no_more()
    {
        var store = await _notebook.OpenAsync(new ControlLimits { SavedQueriesMax = 2 });
        foreach (var name in new[] { "a", "b" })
            await store.SaveQueryAsync("acme", "ann", Text with { Name = name }, Token);

        Assert.Equal(FaultKind.LimitExceeded, await FaultOf(() => store.SaveQueryAsync("acme", "ann", Text with { Name = "c" }, Token)));
        Assert.Null(await FaultOf(() => store.SaveQueryAsync("other", "ann", Text with { Name = "c" }, Token)));
    }

    static async Task<FaultKind?> FaultOf(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (VarveException fault)
        {
            return fault.Kind;
        }
    }
}
