using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class CommitTimesTests
{
    static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);
    readonly MemoryObjectStore _store;

    public CommitTimesTests() => _store = new MemoryObjectStore(_clock);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Times_are_made_to_increase() => Assert.Equal([0, 5, 10, 11, 12, 14], CommitTimes.Increasing([0, 5, 10, 7, 8, 14]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(29, 2)]
    [InlineData(30, 3)]
    public async Task Without_times_in_the_commits_those_of_their_files_count(int atMs, long version)
    {
        await WriteAsync(commits: 4);

        Assert.Equal(version, await VersionAtAsync(atMs));
    }

    [Theory]
    [InlineData(-1, "oldest version, 0,")]
    [InlineData(31, "newest version, 3,")]
    public async Task A_time_before_the_first_commit_or_after_the_last_is_not_found(int atMs, string reason)
    {
        await WriteAsync(commits: 4);

        var fault = await Assert.ThrowsAsync<VarveException>(() => VersionAtAsync(atMs));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(10, 1)]
    [InlineData(999, 1)]
    [InlineData(1000, 2)]
    [InlineData(1004, 2)]
    [InlineData(1005, 3)]
    [InlineData(1010, 4)]
    public async Task From_the_version_that_states_it_on_the_times_in_the_commits_count(int atMs, long version)
    {
        await WriteEnabledAtTwoAsync();

        Assert.Equal(version, await VersionAtAsync(atMs));
    }

    [Fact]
    public async Task A_time_after_the_last_in_a_commit_is_not_found()
    {
        await WriteEnabledAtTwoAsync();

        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => VersionAtAsync(1011))).Kind);
    }

    [Fact]
    public async Task A_table_of_ours_is_found_by_the_times_in_its_commits_and_not_by_its_files()
    {
        var table = await TestTable.OpenAsync(_store, Token, TestTable.Impatient with { Clock = _clock });
        await table.CommitAsync(TestTable.Append("a"), Token);
        await table.CommitAsync(TestTable.Append("b"), Token);
        _clock.Advance(TimeSpan.FromDays(1));
        foreach (var version in (long[])[0, 1, 2])
            await _store.PutAsync(TestTable.CommitPath(version), (await _store.ReadAsync(TestTable.CommitPath(version), Token))!, Token);

        Assert.Equal((0, 1, 2), (await VersionAtAsync(0), await VersionAtAsync(1), await VersionAtAsync(2)));
        await Assert.ThrowsAsync<VarveException>(() => VersionAtAsync(-1));
    }

    [Fact]
    public async Task Versions_that_cannot_be_read_any_more_are_not_found()
    {
        await WriteAsync(commits: 6);
        var snapshot = await new SnapshotLoader(_store, "t").LoadAsync(3, Token);
        await _store.PutAsync(TestTable.CheckpointPath(3), CheckpointWriter.Write(snapshot!, 0).Content, Token);
        await _store.DeleteAsync(TestTable.CommitPath(0), Token);

        Assert.Equal(3, await VersionAtAsync(39));
        Assert.Contains("oldest version, 3,", (await Assert.ThrowsAsync<VarveException>(() => VersionAtAsync(29))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_last_commit_there_is_no_time()
    {
        await WriteAsync(commits: 2);
        var snapshot = await new SnapshotLoader(_store, "t").LoadAsync(1, Token);
        await _store.PutAsync(TestTable.CheckpointPath(1), CheckpointWriter.Write(snapshot!, 0).Content, Token);
        foreach (var version in (long[])[0, 1])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => VersionAtAsync(10))).Kind);
    }

    async Task<long> VersionAtAsync(int atMs)
    {
        var table = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!;
        return (await table.LoadAsOfAsync(Start.AddMilliseconds(atMs), Token)).Version;
    }

    async Task WriteAsync(int commits)
    {
        for (var version = 0; version < commits; version++)
        {
            await TestTable.WriteCommitAsync(_store, version, version == 0 ? TestTable.FirstLines : """{"commitInfo":{"timestamp":1}}""", Token);
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    async Task WriteEnabledAtTwoAsync()
    {
        await WriteAsync(commits: 2);
        var metadata = TestTable.FirstLines.Split('\n')[1].Replace("\"configuration\":{}",
            """
            "configuration":{"delta.enableInCommitTimestamps":"true","delta.inCommitTimestampEnablementVersion":"2","delta.inCommitTimestampEnablementTimestamp":"1704067201000"}
            """.Trim(), StringComparison.Ordinal);
        await TestTable.WriteCommitAsync(_store, 2,
            $"{Info(1000)}\n" + """{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["inCommitTimestamp"]}}""" + $"\n{metadata}", Token);
        await TestTable.WriteCommitAsync(_store, 3, Info(1005), Token);
        await TestTable.WriteCommitAsync(_store, 4, Info(1010), Token);
    }

    static string Info(int atMs) => $$$"""{"commitInfo":{"inCommitTimestamp":{{{Start.ToUnixTimeMilliseconds() + atMs}}}}}""";
}
