using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests;

public sealed class TableAppenderTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_is_made_appended_to_and_opened_again()
    {
        Assert.Null(await TableAppender.OpenAsync(_store, "t", null, null, Token));
        var table = await TableAppender.OpenOrCreateAsync(_store, "t", TestTable.Definition, TestTable.Impatient, null, Token);
        var batch = TestTable.Append("a") with { Transaction = new() { AppId = "app", Version = 1 } };

        Assert.Equal(new CommitOutcome.Committed(1), await table.CommitAsync(batch, Token));
        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await table.CommitAsync(batch, Token));

        Assert.Equal(1, (await TableAppender.OpenAsync(_store, "t", null, null, Token))!.Latest.Transactions["app"].Version);
        Assert.Equal(["a"], (await TestTable.OpenAsync(_store, Token)).Latest.Files.Keys);
    }

    [Fact]
    public async Task A_checkpoint_that_falls_due_holds_the_files_that_the_appender_does_not()
    {
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = "2" } };
        await (await DeltaTable.OpenOrCreateAsync(_store, "t", definition, TestTable.Impatient, null, Token)).CommitAsync(TestTable.Append("a"), Token);
        var table = (await TableAppender.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        await table.CommitAsync(TestTable.Append("b"), Token);

        Assert.NotNull(await _store.ReadAsync(TestTable.CheckpointPath(2), Token));
        for (var version = 0; version < 2; version++)
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);
        Assert.Equal(["a", "b"], (await TestTable.OpenAsync(_store, Token)).Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Progress_past_its_retention_is_forgotten_while_the_table_stays_open()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.setTransactionRetentionDuration"] = "interval 1 day" } };
        var table = await TableAppender.OpenOrCreateAsync(_store, "t", definition, TestTable.Impatient with { Clock = clock }, null, Token);

        for (var version = 1; version <= 200; version++)
        {
            await table.CommitAsync(TestTable.Append($"f{version}") with { Transaction = new() { AppId = $"app {version}", Version = 1 } }, Token);
            clock.Advance(TimeSpan.FromMinutes(15));
        }

        // The state was last cleaned at version 200: what is older than a day then is gone, what is younger is known.
        Assert.Equal(Enumerable.Range(104, 97).Select(version => $"app {version}"), table.Latest.Transactions.Keys.OrderBy(key => int.Parse(key[4..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_commit_that_removes_is_refused()
    {
        var table = await TableAppender.OpenOrCreateAsync(_store, "t", TestTable.Definition, TestTable.Impatient, null, Token);

        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Delete("a"), Token))).Kind);
    }

    [Fact]
    public async Task A_refresh_sees_what_others_committed()
    {
        var table = await TableAppender.OpenOrCreateAsync(_store, "t", TestTable.Definition, TestTable.Impatient, null, Token);
        await (await TestTable.OpenAsync(_store, Token)).CommitAsync(TestTable.Append("a"), Token);

        Assert.Equal(1, (await table.RefreshAsync(Token)).Version);
        Assert.Equal(1, table.Latest.Version);
    }
}
