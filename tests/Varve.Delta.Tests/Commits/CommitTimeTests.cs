using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class CommitTimeTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_commit_times_grow_when_the_clock_stands_or_goes_back()
    {
        var store = new MemoryObjectStore();
        var clock = new FakeTimeProvider(Noon);
        var table = await TestTable.OpenAsync(store, Token, TestTable.Impatient with { Clock = clock });
        await table.CommitAsync(TestTable.Append("same time"), Token);
        clock.Advance(TimeSpan.FromSeconds(10));
        await table.CommitAsync(TestTable.Append("later"), Token);
        var behind = new FakeTimeProvider(Noon.AddHours(-1));
        var other = await TestTable.OpenAsync(store, Token, TestTable.Impatient with { Clock = behind });

        await other.CommitAsync(TestTable.Append("clock an hour behind"), Token);
        await other.CommitAsync(TestTable.Append("and again"), Token);
        await table.CommitAsync(TestTable.Append("the clock before"), Token);

        var noon = Noon.ToUnixTimeMilliseconds();
        var history = (await table.HistoryAsync(100, Token)).Reverse().Select(commit => commit.Info!).ToList();
        Assert.Equal([noon, noon + 1, noon + 10_000, noon + 10_001, noon + 10_002, noon + 10_003], history.Select(info => info.InCommitTimestamp!.Value));
        Assert.Equal(Noon.AddHours(-1).ToUnixTimeMilliseconds(), history[3].Timestamp);
        Assert.Equal(noon + 10_003, table.Latest.CommitTimestampMs);
    }

    [Fact]
    public async Task A_commit_that_lost_its_race_takes_a_time_after_the_winner()
    {
        var store = new MemoryObjectStore();
        var ahead = await TestTable.OpenAsync(store, Token, TestTable.Impatient with { Clock = new FakeTimeProvider(Noon.AddMinutes(1)) });
        var behind = await TestTable.OpenAsync(store, Token, TestTable.Impatient with { Clock = new FakeTimeProvider(Noon) });
        await ahead.CommitAsync(TestTable.Append("winner"), Token);

        await behind.CommitAsync(TestTable.Append("loser"), Token);

        Assert.Equal(Noon.AddMinutes(1).ToUnixTimeMilliseconds() + 2, behind.Latest.CommitTimestampMs);
    }

    [Fact]
    public async Task Times_go_on_from_a_checkpoint()
    {
        var store = new MemoryObjectStore();
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = "2" } };
        var options = TestTable.Impatient with { Clock = new FakeTimeProvider(Noon) };
        var table = await DeltaTable.OpenOrCreateAsync(store, "t", definition, options, null, Token);
        await table.CommitAsync(TestTable.Append("a"), Token);
        await table.CommitAsync(TestTable.Append("b"), Token);
        var behind = options with { Clock = new FakeTimeProvider(Noon.AddDays(-1)) };
        var reopened = (await DeltaTable.OpenAsync(store, "t", behind, null, Token))!;

        await reopened.CommitAsync(TestTable.Append("c"), Token);

        Assert.NotNull(await store.ReadAsync(TestTable.CheckpointPath(2), Token));
        Assert.Equal(Noon.ToUnixTimeMilliseconds() + 3, reopened.Latest.CommitTimestampMs);
    }

    [Fact]
    public async Task A_table_without_in_commit_times_gets_none()
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, Token);
        var table = await TestTable.OpenAsync(store, Token, TestTable.Impatient with { Clock = new FakeTimeProvider(Noon) });

        await table.CommitAsync(TestTable.Append("a"), Token);

        var info = (await table.HistoryAsync(1, Token))[0].Info!;
        Assert.Null(info.InCommitTimestamp);
        Assert.Equal(Noon.ToUnixTimeMilliseconds(), info.Timestamp);
    }
}
