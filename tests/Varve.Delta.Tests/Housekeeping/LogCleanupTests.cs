using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Housekeeping;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Housekeeping;

public sealed class LogCleanupTests
{
    const string Log = "t/_delta_log/";
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);
    readonly MemoryObjectStore _store;

    public LogCleanupTests() => _store = new MemoryObjectStore(_clock);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_before_the_newest_expired_checkpoint_goes_and_its_commit_stays()
    {
        await WriteLogAsync(days: 10, checkpoints: [2, 5, 8]);
        await PutAsync(LogFileName.Checksum(4), LogFileName.Checksum(5), LogFileName.Compaction(2, 4), LogFileName.Compaction(5, 7), LogFileName.Compaction(6, 8));
        Move(36, 12);

        var deleted = await RunAsync();

        // The cutoff is the start of day 6: checkpoint 5 is past it.
        Assert.Equal(9, deleted);
        Assert.Equal(
            [
                LogFileName.Checkpoint(5), LogFileName.Checksum(5), LogFileName.Commit(5), LogFileName.Compaction(6, 8), LogFileName.Commit(6), LogFileName.Commit(7),
                LogFileName.Checkpoint(8), LogFileName.Commit(8), LogFileName.Commit(9),
            ],
            (await NamesAsync()).Where(name => name != "_last_checkpoint"));
        Assert.Equal(0, await RunAsync());
    }

    [Theory]
    [InlineData(34, 23)]
    [InlineData(30, 0)]
    public async Task Nothing_goes_while_no_checkpoint_has_expired(int day, int hour)
    {
        await WriteLogAsync(days: 10, checkpoints: [5, 8]);
        Move(day, hour);

        Assert.Equal(0, await RunAsync());
    }

    [Fact]
    public async Task Without_a_checkpoint_nothing_goes()
    {
        await WriteLogAsync(days: 10, checkpoints: []);
        Move(100, 0);

        Assert.Equal(0, await RunAsync());
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("part")]
    [InlineData("empty")]
    [InlineData("sidecar gone")]
    public async Task A_checkpoint_that_is_not_whole_is_no_base(string damage)
    {
        await WriteLogAsync(days: 10, checkpoints: [3]);
        var (name, content) = damage switch
        {
            "torn" => (LogFileName.Checkpoint(6), "PAR1 and no end"),
            "part" => ("00000000000000000006.checkpoint.0000000001.0000000002.parquet", "PAR1"),
            "empty" => (LogFileName.Checkpoint(6), ""),
            _ => (LogFileName.UuidCheckpoint(6, Guid.Empty), """{"sidecar":{"path":"gone.parquet","sizeInBytes":1,"modificationTime":0}}"""),
        };
        await _store.PutAsync(Log + name, Encoding.UTF8.GetBytes(content), Token);
        Move(100, 0);

        await RunAsync();

        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(2), Token));
        Assert.NotNull(await _store.ReadAsync(TestTable.CommitPath(3), Token));
        Assert.NotNull(await _store.ReadAsync(TestTable.CheckpointPath(3), Token));
    }

    [Fact]
    public async Task A_chain_of_times_that_hang_on_one_another_stays_whole()
    {
        // The protocol's example: files of times 0, 5, 10, 7, 8, 14 are seen as 0, 5, 10, 11, 12, 14.
        var times = new[] { 0, 5, 10, 7, 8, 14 };
        for (var version = 0; version < times.Length; version++)
        {
            var at = new FakeTimeProvider(Start.AddMilliseconds(times[version]));
            await CopyAsync(at, TestTable.CommitPath(version), version == 0 ? TestTable.FirstLines : Add($"f{version}"));
        }

        await WriteCheckpointAsync(4);
        Move(100, 0);

        await RunAsync();

        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
        Assert.NotNull(await _store.ReadAsync(TestTable.CommitPath(2), Token));
        Assert.NotNull(await _store.ReadAsync(TestTable.CheckpointPath(4), Token));
    }

    [Theory]
    [InlineData(40, 5)]
    [InlineData(-40, 8)]
    public async Task The_time_in_a_commit_counts_where_the_table_keeps_it(int daysAhead, long keptFrom)
    {
        // Written on their day, and dated ahead of it: the younger of the two times decides.
        await WriteLogAsync(days: 10, checkpoints: [5, 8], Lines.Replace("\"configuration\":{", "\"configuration\":{\"delta.enableInCommitTimestamps\":\"true\"", StringComparison.Ordinal),
            version => $$$"""{"commitInfo":{"inCommitTimestamp":{{{Start.AddDays(version > 7 ? version + daysAhead : version).ToUnixTimeMilliseconds()}}}}}""");
        Move(45, 0);

        await RunAsync();

        Assert.Equal(keptFrom, (await NamesAsync()).Select(name => LogFileName.Parse(name)).OfType<LogFile>().Min(file => file.Version));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task Protected_checkpoints_stay_unless_all_of_them_go(long protectedBefore, bool goes)
    {
        await WriteLogAsync(days: 10, checkpoints: [8], Lines.Replace("\"configuration\":{", $"\"configuration\":{{\"delta.requireCheckpointProtectionBeforeVersion\":\"{protectedBefore}\"", StringComparison.Ordinal)
            .Replace("\"inCommitTimestamp\"", "\"inCommitTimestamp\",\"checkpointProtection\"", StringComparison.Ordinal));
        Move(100, 0);

        Assert.Equal(goes, await RunAsync() > 0);
    }

    [Fact]
    public async Task A_retention_that_is_no_interval_deletes_nothing()
    {
        await WriteLogAsync(days: 10, checkpoints: [8], Lines.Replace("\"configuration\":{", "\"configuration\":{\"delta.logRetentionDuration\":\"a while\"", StringComparison.Ordinal));
        Move(100, 0);

        var fault = await Assert.ThrowsAsync<VarveException>(() => RunAsync());

        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Fact]
    public async Task Sidecars_that_no_checkpoint_names_go_when_they_are_a_day_old()
    {
        await WriteLogAsync(days: 5, checkpoints: []);
        var snapshot = (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
        await Checkpointer().WriteAsync(snapshot, new CheckpointSettings { IsV2 = true, SidecarRows = 2 }, Token);
        await PutAsync("_sidecars/old.parquet");
        _clock.Advance(TimeSpan.FromDays(1));
        await PutAsync("_sidecars/young.parquet");

        Assert.Equal(0, await RunAsync());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await RunAsync());

        Assert.Null(await _store.ReadAsync(Log + "_sidecars/old.parquet", Token));
        Assert.NotNull(await _store.ReadAsync(Log + "_sidecars/young.parquet", Token));
        Assert.Equal(State.Of(snapshot), State.Of((await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!));
    }

    [Fact]
    public async Task No_sidecar_goes_when_a_checkpoint_cannot_be_read()
    {
        await WriteLogAsync(days: 5, checkpoints: []);
        await PutAsync("_sidecars/old.parquet", LogFileName.UuidCheckpoint(3, Guid.Empty));
        Move(20, 0);

        Assert.Equal(0, await RunAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_fails_every_version_within_the_retention_can_be_read(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var log = new RandomLog(seed);
        var expected = new List<(DateTimeOffset Time, string State)>();
        for (var version = 0; version < 45; version++)
        {
            // Days at times; and a second writer whose clock, by which the store dates nothing, does not matter.
            _clock.Advance(TimeSpan.FromHours(random.Next(4) == 0 ? random.Next(240) : 1));
            await _store.PutAsync(TestTable.CommitPath(version), ActionJson.Write(version == 0 ? RandomLog.First : log.Next(_clock.GetUtcNow().ToUnixTimeMilliseconds())), Token);
            var snapshot = (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
            expected.Add((_clock.GetUtcNow(), State.Of(snapshot)));
            if (random.Next(5) == 0)
                await Checkpointer().WriteAsync(snapshot, new CheckpointSettings { IsV2 = random.Next(2) == 0, SidecarRows = 2 }, Token);
            if (random.Next(9) == 0)
                await _store.PutAsync(Log + $"{version:D20}.checkpoint.0000000001.0000000002.parquet", "PAR1"u8.ToArray(), Token);
            if (random.Next(4) != 0)
                continue;
            var failing = random.Next(1, 12);
            var faulty = new FaultyObjectStore(_store, call => call.Number == failing ? (random.Next(2) == 0 ? StoreFault.FailBefore : StoreFault.FailAfter) : StoreFault.None);
            try
            {
                await new LogCleanup(faulty, "t", new SnapshotLoader(faulty, "t"), Options(), NullLogger.Instance).RunAsync(snapshot, Token);
            }
            catch (VarveException fault)
            {
                Assert.Equal(FaultKind.Unavailable, fault.Kind);
            }

            await AssertReadableAsync(expected);
            await RunAsync();
            await AssertReadableAsync(expected);
        }

        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(0), Token));
    }

    async Task AssertReadableAsync(List<(DateTimeOffset Time, string State)> expected)
    {
        Assert.Equal(expected[^1].State, State.Of((await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!));
        for (var version = 0; version < expected.Count; version++)
            if (expected[version].Time >= _clock.GetUtcNow().AddDays(-30))
                Assert.Equal(expected[version].State, State.Of((await new SnapshotLoader(_store, "t").LoadAsync(version, Token))!));
    }

    const string Lines =
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["inCommitTimestamp"]}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{}}}
        """;

    // One commit a day, at midnight.
    async Task WriteLogAsync(int days, long[] checkpoints, string? first = null, Func<int, string>? info = null)
    {
        for (var version = 0; version < days; version++)
        {
            var text = (info is null ? "" : info(version) + "\n") + (version == 0 ? first ?? Lines : Add($"f{version}"));
            await TestTable.WriteCommitAsync(_store, version, text, Token);
            if (checkpoints.Contains(version))
                await WriteCheckpointAsync(version);
            _clock.Advance(TimeSpan.FromDays(1));
        }
    }

    async Task WriteCheckpointAsync(long version) =>
        await Checkpointer().WriteAsync((await new SnapshotLoader(_store, "t").LoadAsync(version, Token))!, new CheckpointSettings(), Token);

    Checkpointer Checkpointer() => new(_store, "t", new SnapshotLoader(_store, "t"), Options(), NullLogger.Instance);

    DeltaOptions Options() => TestTable.Impatient with { Clock = _clock };

    void Move(int day, int hour) => _clock.SetUtcNow(Start.AddDays(day).AddHours(hour));

    async Task PutAsync(params string[] names)
    {
        foreach (var name in names)
            await _store.PutAsync(Log + name, "x"u8.ToArray(), Token);
    }

    /// <summary>Writes an object that the store dates otherwise than its clock shows.</summary>
    async Task CopyAsync(FakeTimeProvider at, string path, string content)
    {
        _clock.AdjustTime(at.GetUtcNow());
        await _store.PutAsync(path, Encoding.UTF8.GetBytes(content), Token);
    }

    async Task<int> RunAsync()
    {
        var loader = new SnapshotLoader(_store, "t");
        return await new LogCleanup(_store, "t", loader, Options(), NullLogger.Instance).RunAsync((await loader.LoadAsync(null, Token))!, Token);
    }

    async Task<List<string>> NamesAsync() => await _store.ListAsync(Log, null, Token).Select(info => info.Path[Log.Length..]).ToListAsync(Token);

    static string Add(string path) => $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""";
}
