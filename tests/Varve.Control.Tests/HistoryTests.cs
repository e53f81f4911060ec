using Varve.Storage;

namespace Varve.Control.Tests;

public sealed class HistoryTests : IDisposable
{
    readonly Notebook _notebook = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _notebook.Dispose();

    [Fact]
    public async Task It_is_of_one_user_in_one_account_and_read_in_parts()
    {
        var store = await _notebook.OpenAsync();
        var entry = new HistoryEntry("SELECT 1 FROM http_requests", "shop", _notebook.Clock.GetUtcNow(), null, _notebook.Clock.GetUtcNow(), 12.5, 3, "done", "eJy");
        for (var number = 0; number < 5; number++)
            await store.NoteAsync("acme", "ann", entry with { Rows = number }, Token);
        await store.NoteAsync("acme", "bob", entry, Token);
        await store.NoteAsync("other", "ann", entry, Token);

        var first = await store.HistoryAsync("acme", "ann", before: null, 3, Token);
        var rest = await store.HistoryAsync("acme", "ann", first[^1].Number, 3, Token);
        await store.ForgetAsync("acme", "ann", Token);

        Assert.Equal([4L, 3, 2, 1, 0], first.Concat(rest).Select(each => each.Entry.Rows));
        Assert.Equal(entry with { Rows = 4 }, first[0].Entry);
        Assert.Empty(await store.HistoryAsync("acme", "ann", null, 3, Token));
        Assert.Single(await store.HistoryAsync("acme", "bob", null, 3, Token));
        Assert.Single(await store.HistoryAsync("other", "ann", null, 3, Token));
    }

    [Fact]
    public async Task The_oldest_go_when_there_are_too_many()
    {
        var store = await _notebook.OpenAsync(new ControlLimits { HistoryMax = 3 });
        for (var number = 0; number < 5; number++)
            await store.NoteAsync("acme", "ann", new HistoryEntry($"{number}", null, null, null, _notebook.Clock.GetUtcNow(), 1, 1, "done", null), Token);

        Assert.Equal(["4", "3", "2"], (await store.HistoryAsync("acme", "ann", null, 10, Token)).Select(each => each.Entry.Sql));
    }

    [Fact]
    public async Task Preferences_are_set_read_and_taken_back()
    {
        var store = await _notebook.OpenAsync();
        await store.SetPreferenceAsync("ann", "theme", "dark", Token);
        await store.SetPreferenceAsync("ann", "columns", "[]", Token);
        await store.SetPreferenceAsync("bob", "theme", "light", Token);
        await store.SetPreferenceAsync("ann", "theme", "light", Token);
        await store.SetPreferenceAsync("ann", "columns", null, Token);

        Assert.Equal([new("theme", "light")], await store.PreferencesAsync("ann", Token));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, FaultKind.LimitExceeded)]
    public async Task Preferences_are_bound(int more, FaultKind? expected)
    {
        var store = await _notebook.OpenAsync(new ControlLimits { PreferencesMax = 2, PreferenceLengthMax = 3, PreferenceNameLengthMax = 4 });

        foreach (var set in new Func<Task>[]
        {
            () => store.SetPreferenceAsync("ann", new string('n', 4 + more), "v", Token),
            () => store.SetPreferenceAsync("ann", "a", new string('v', 3 + more), Token),
            async () =>
            {
                for (var number = 0; number < 2 + more; number++)
                    await store.SetPreferenceAsync("bob", $"{number}", "v", Token);
            },
        })
            if (expected is null)
                await set();
            else
                Assert.Equal(expected, (await Assert.ThrowsAsync<VarveException>(set)).Kind);
    }
}
