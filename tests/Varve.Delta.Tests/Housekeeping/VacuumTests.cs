using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Housekeeping;

public sealed class VacuumTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);
    readonly MemoryObjectStore _store;

    public VacuumTests() => _store = new MemoryObjectStore(_clock);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_when_it_was_removed_and_written_before_the_retention()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "live", "removed long ago", "removed lately");
        await PutAsync("orphan");
        await RemoveAsync(table, "removed long ago");
        _clock.Advance(TimeSpan.FromDays(6));
        await RemoveAsync(table, "removed lately");
        await PutAsync("young orphan");
        _clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));

        var result = await table.VacuumAsync(new VacuumOptions(), Token);

        Assert.Equal(["orphan", "removed long ago"], result.Paths);
        Assert.Equal((2, 8, false), (result.Files, result.SizeBytes, result.DryRun));
        Assert.Equal(["live", "removed lately", "young orphan"], await FilesAsync());
    }

    [Fact]
    public async Task At_the_retention_itself_nothing_goes()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "removed");
        await PutAsync("orphan");
        await RemoveAsync(table, "removed");
        _clock.Advance(TimeSpan.FromDays(7));

        Assert.Empty((await table.VacuumAsync(new VacuumOptions(), Token)).Paths);
    }

    [Theory]
    [InlineData("_hidden")]
    [InlineData(".hidden")]
    [InlineData("_folder/file")]
    [InlineData("p=1/.hidden/file")]
    [InlineData("p=1/_file")]
    [InlineData("_q=1/file")]
    [InlineData("_delta_log/_commits/file")]
    public async Task Hidden_names_stay(string name)
    {
        var table = await OpenPartitionedAsync();
        await PutAsync(name);
        _clock.Advance(TimeSpan.FromDays(8));

        Assert.Empty((await table.VacuumAsync(new VacuumOptions(), Token)).Paths);
        Assert.NotNull(await _store.ReadAsync($"t/{name}", Token));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("Z/file")]
    [InlineData("z/y/file")]
    [InlineData("_p=1/file")]
    [InlineData("_change_data/file")]
    [InlineData("_delta_index/file")]
    [InlineData("deletion_vector_x.bin")]
    [InlineData("metadata/snap.avro")]
    public async Task Data_that_no_version_names_goes(string name)
    {
        var table = await OpenPartitionedAsync();
        await PutAsync(name);
        _clock.Advance(TimeSpan.FromDays(8));

        Assert.Equal([name], (await table.VacuumAsync(new VacuumOptions(), Token)).Paths);
        Assert.Null(await _store.ReadAsync($"t/{name}", Token));
    }

    [Fact]
    public async Task The_metadata_of_another_format_is_none_of_the_data()
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines.Replace("\"configuration\":{", "\"configuration\":{\"delta.universalFormat.enabledFormats\":\"iceberg\"", StringComparison.Ordinal), Token);
        var scan = new Delta.Housekeeping.FolderScan(_store, "t/", (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!);

        Assert.True(scan.IsHidden("metadata/snap.avro"));
        Assert.False(scan.IsHidden("metadata.parquet"));
    }

    [Theory]
    [InlineData(VacuumMode.Full)]
    [InlineData(VacuumMode.Lite)]
    public async Task A_side_index_goes_with_its_data_file_and_not_before(VacuumMode mode)
    {
        var table = await OpenAsync();
        await AppendAsync(table, "live", "removed long ago", "removed lately");
        foreach (var name in new[] { "live", "removed long ago", "removed lately" })
            await PutAsync(IndexOf(name));
        await RemoveAsync(table, "removed long ago");
        _clock.Advance(TimeSpan.FromDays(6));
        await RemoveAsync(table, "removed lately");
        _clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        var result = await table.VacuumAsync(new VacuumOptions { Mode = mode }, Token);

        Assert.Contains("removed long ago", result.Paths);
        Assert.NotNull(await _store.ReadAsync($"t/{IndexOf("live")}", Token));
        Assert.NotNull(await _store.ReadAsync($"t/{IndexOf("removed lately")}", Token));
        Assert.Null(await _store.ReadAsync($"t/{IndexOf("removed long ago")}", Token));
    }

    [Fact]
    public async Task A_side_index_whose_data_file_is_gone_goes_when_it_is_older_than_the_retention()
    {
        var table = await OpenAsync();
        await PutAsync(IndexOf("p=1/never committed"));
        _clock.Advance(TimeSpan.FromDays(6));
        await PutAsync(IndexOf("on its way"));
        _clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));

        var dry = await table.VacuumAsync(new VacuumOptions { DryRun = true }, Token);
        var result = await table.VacuumAsync(new VacuumOptions(), Token);

        Assert.Equal([IndexOf("p=1/never committed")], result.Paths);
        Assert.Equal(result.Paths, dry.Paths);
        Assert.Null(await _store.ReadAsync($"t/{IndexOf("p=1/never committed")}", Token));
        Assert.NotNull(await _store.ReadAsync($"t/{IndexOf("on its way")}", Token));
    }

    [Fact]
    public async Task A_side_index_written_after_its_data_file_was_removed_goes_with_it()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "removed");
        await RemoveAsync(table, "removed");
        _clock.Advance(TimeSpan.FromDays(8));
        await PutAsync(IndexOf("removed"));

        await table.VacuumAsync(new VacuumOptions(), Token);

        Assert.Null(await _store.ReadAsync($"t/{IndexOf("removed")}", Token));
    }

    [Fact]
    public async Task Files_are_compared_by_their_decoded_paths()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "a b", "c%d");
        _clock.Advance(TimeSpan.FromDays(8));

        Assert.Empty((await table.VacuumAsync(new VacuumOptions(), Token)).Paths);
        Assert.Equal(["a b", "c%d"], await FilesAsync());
    }

    [Fact]
    public async Task Deletion_vectors_of_live_and_lately_removed_files_stay()
    {
        var (live, lately, longAgo) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await WriteVectorTableAsync(live, lately, longAgo);
        var kept = new Delta.Housekeeping.RetainedFiles((await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!, cutoffMs: 100);

        Assert.True(kept.Contains($"ab/deletion_vector_{live}.bin"));
        Assert.True(kept.Contains($"ab/deletion_vector_{lately}.bin"));
        Assert.False(kept.Contains($"ab/deletion_vector_{longAgo}.bin"));
        // It has an absolute address: whatever bears its name stays.
        Assert.True(kept.Contains("x/absolute.bin"));
        Assert.True(kept.Contains("elsewhere/far.parquet"));
        Assert.False(kept.Contains("elsewhere/other.parquet"));
    }

    [Theory]
    [InlineData(-1, true, "negative")]
    [InlineData(167, false, "shorter")]
    [InlineData(169, true, "longer")]
    public async Task A_retention_that_is_not_safe_is_refused(int hours, bool allow, string why)
    {
        var table = await OpenAsync();

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            table.VacuumAsync(new VacuumOptions { Retention = TimeSpan.FromHours(hours), AllowShorterRetention = allow }, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shorter_retention_can_be_allowed()
    {
        var table = await OpenAsync();
        await PutAsync("orphan");
        _clock.Advance(TimeSpan.FromHours(2));

        var result = await table.VacuumAsync(new VacuumOptions { Retention = TimeSpan.FromHours(1), AllowShorterRetention = true }, Token);

        Assert.Equal(["orphan"], result.Paths);
    }

    [Theory]
    [InlineData(VacuumMode.Full)]
    [InlineData(VacuumMode.Lite)]
    public async Task A_dry_run_changes_nothing(VacuumMode mode)
    {
        var table = await OpenAsync();
        await AppendAsync(table, "removed");
        await RemoveAsync(table, "removed");
        _clock.Advance(TimeSpan.FromDays(8));
        var before = await _store.ListAsync("t/", null, Token).ToListAsync(Token);

        var result = await table.VacuumAsync(new VacuumOptions { DryRun = true, Mode = mode }, Token);

        Assert.Equal(["removed"], result.Paths);
        Assert.True(result.DryRun);
        Assert.Equal(before, await _store.ListAsync("t/", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task The_history_tells_start_and_end()
    {
        var table = await OpenAsync();
        await PutAsync("orphan");
        _clock.Advance(TimeSpan.FromDays(8));

        await table.VacuumAsync(new VacuumOptions(), Token);
        await table.VacuumAsync(new VacuumOptions(), Token);

        var history = await table.HistoryAsync(10, Token);
        Assert.Equal(["VACUUM END", "VACUUM START", "CREATE TABLE"], history.Select(commit => commit.Info!.Operation));
        Assert.Equal("1", Text(history[1].Info!.OperationMetrics, "numFilesToDelete"));
        Assert.Equal("604800000", Text(history[1].Info!.OperationParameters, "specifiedRetentionMillis"));
        Assert.Equal("1", Text(history[0].Info!.OperationMetrics, "numDeletedFiles"));
        Assert.Equal("COMPLETED", Text(history[0].Info!.OperationParameters, "status"));
        Assert.Single(Encoding.UTF8.GetString((await _store.ReadAsync(TestTable.CommitPath(1), Token))!).Trim().Split('\n'));
    }

    [Fact]
    public async Task A_file_that_comes_back_while_the_folder_is_looked_through_stays()
    {
        var rival = await OpenAsync();
        await AppendAsync(rival, "back", "gone");
        await RemoveAsync(rival, "back");
        await RemoveAsync(rival, "gone");
        _clock.Advance(TimeSpan.FromDays(8));
        var racing = new FaultyObjectStore(_store, call =>
        {
            if (call is { Operation: StoreOperation.List, Path: "t/" } && !rival.Latest.Files.ContainsKey("back"))
                rival.CommitAsync(TestTable.Append("back"), Token).GetAwaiter().GetResult();
            return StoreFault.None;
        });
        var table = await TestTable.OpenAsync(racing, Token, TestTable.Impatient with { Clock = _clock });

        Assert.Equal(["gone"], (await table.VacuumAsync(new VacuumOptions(), Token)).Paths);
        Assert.Equal(["back"], await FilesAsync());
    }

    [Fact]
    public async Task A_lite_vacuum_finds_removed_files_in_the_log_and_does_not_list_the_folder()
    {
        var watched = new FaultyObjectStore(_store, _ => StoreFault.None);
        var table = await TestTable.OpenAsync(watched, Token, TestTable.Impatient with { Clock = _clock });
        await AppendAsync(table, "a", "b", "c");
        await PutAsync("orphan");
        await RemoveAsync(table, "a");
        _clock.Advance(TimeSpan.FromDays(8));
        await RemoveAsync(table, "b");

        Assert.Equal(["a"], (await table.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite }, Token)).Paths);
        Assert.Empty((await table.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite }, Token)).Paths);
        _clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(["b"], (await table.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite }, Token)).Paths);

        Assert.Equal(["c", "orphan"], await FilesAsync());
        Assert.DoesNotContain(watched.Calls, call => call is { Operation: StoreOperation.List, Path: "t/" });
    }

    [Fact]
    public async Task A_lite_vacuum_reads_compactions_in_place_of_their_commits()
    {
        var table = await OpenAsync();
        for (var number = 1; number <= 12; number++)
        {
            await AppendAsync(table, $"f{number:D2}");
            await RemoveAsync(table, $"f{number:D2}");
        }

        _clock.Advance(TimeSpan.FromDays(8));
        var watched = new FaultyObjectStore(_store, _ => StoreFault.None);
        var reader = await TestTable.OpenAsync(watched, Token, TestTable.Impatient with { Clock = _clock });
        var before = watched.Calls.Count;

        var result = await reader.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite, DryRun = true }, Token);

        Assert.Equal(Enumerable.Range(1, 12).Select(number => $"f{number:D2}"), result.Paths);
        Assert.Contains(watched.Calls.Skip(before), call => call.Path.EndsWith(".compacted.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lite_vacuum_is_refused_when_the_log_no_longer_reaches_back()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "a");
        await RemoveAsync(table, "a");
        await table.CheckpointAsync(Token);
        await _store.DeleteAsync(TestTable.CommitPath(0), Token);
        _clock.Advance(TimeSpan.FromDays(8));

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite }, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("full vacuum", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("[]")]
    [InlineData("""{"latestCommitVersionOutsideOfRetentionWindow":"x"}""")]
    public async Task A_note_of_the_last_vacuum_that_cannot_be_read_is_as_if_it_were_not_there(string note)
    {
        var table = await OpenAsync();
        await AppendAsync(table, "a");
        await RemoveAsync(table, "a");
        await _store.PutAsync("t/_delta_log/_last_vacuum_info", Encoding.UTF8.GetBytes(note), Token);
        _clock.Advance(TimeSpan.FromDays(8));

        Assert.Equal(["a"], (await table.VacuumAsync(new VacuumOptions { Mode = VacuumMode.Lite }, Token)).Paths);
    }

    [Theory]
    [InlineData(VacuumMode.Full)]
    [InlineData(VacuumMode.Lite)]
    public async Task After_a_fault_at_any_call_the_next_run_goes_on(VacuumMode mode)
    {
        for (var number = 1; ; number++)
        {
            var store = new MemoryObjectStore(_clock);
            var options = TestTable.Impatient with { Clock = _clock };
            var table = await TestTable.OpenAsync(store, Token, options);
            await AppendAsync(table, store, "live", "removed");
            await RemoveAsync(table, "removed");
            _clock.Advance(TimeSpan.FromDays(8));
            var opened = false;
            var calls = 0;
            var faulty = new FaultyObjectStore(store, _ => opened && ++calls == number ? StoreFault.FailAfter : StoreFault.None);
            var failing = await TestTable.OpenAsync(faulty, Token, options);
            opened = true;
            try
            {
                await failing.VacuumAsync(new VacuumOptions { Mode = mode }, Token);
            }
            catch (VarveException fault)
            {
                Assert.Equal(FaultKind.Unavailable, fault.Kind);
            }

            await table.VacuumAsync(new VacuumOptions { Mode = mode }, Token);
            Assert.Equal(["live"], await FilesAsync(store));
            Assert.Equal(["live"], (await table.RefreshAsync(Token)).Files.Keys);
            if (calls < number)
                break;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_file_of_a_version_within_the_retention_ever_goes(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var table = await OpenAsync();
        var versions = new List<(DateTimeOffset Until, string[] Files)>();
        var deleted = 0;
        for (var step = 0; step < 120; step++)
        {
            _clock.Advance(TimeSpan.FromHours(random.Next(30)));
            var live = table.Latest.Files.Keys.ToArray();
            switch (random.Next(6))
            {
                case 0 when live.Length > 0:
                    await RemoveAsync(table, live[random.Next(live.Length)]);
                    break;
                case 1:
                    await PutAsync($"orphan{step}");
                    break;
                case 2:
                    deleted += (await table.VacuumAsync(new VacuumOptions { Mode = random.Next(2) == 0 ? VacuumMode.Full : VacuumMode.Lite }, Token)).Files;
                    break;
                case 3 when random.Next(3) == 0:
                    await table.CheckpointAsync(Token);
                    break;
                default:
                    await AppendAsync(table, $"f{step}");
                    break;
            }

            // A version is the newest until the next one is made.
            versions.Add((DateTimeOffset.MaxValue, [.. table.Latest.Files.Keys]));
            if (versions.Count > 1)
                versions[^2] = (_clock.GetUtcNow(), versions[^2].Files);
            var there = (await FilesAsync()).ToHashSet();
            Assert.All(versions.Where(version => version.Until >= _clock.GetUtcNow().AddDays(-7)).SelectMany(version => version.Files), file => Assert.Contains(file, there));
        }

        Assert.True(deleted > 0);
    }

    async Task WriteVectorTableAsync(Guid live, Guid lately, Guid longAgo) => await TestTable.WriteCommitAsync(_store, 0,
        $$$$"""
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{}}}
        {"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,"deletionVector":{{{{Vector(live)}}}}}}
        {"add":{"path":"b","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,"deletionVector":{"storageType":"p","pathOrInlineDv":"s3://elsewhere/absolute.bin","sizeInBytes":1,"cardinality":1}}}
        {"add":{"path":"s3://elsewhere/far.parquet","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}
        {"remove":{"path":"c","deletionTimestamp":100,"deletionVector":{{{{Vector(lately)}}}}}}
        {"remove":{"path":"d","deletionTimestamp":99,"deletionVector":{{{{Vector(longAgo)}}}}}}
        """, Token);

    static string Vector(Guid uuid) => JsonSerializer.Serialize(new DeletionVectorDescriptor
    {
        StorageType = "u",
        PathOrInlineDv = "ab" + Z85Text(uuid.ToByteArray(bigEndian: true)),
        Offset = 1,
        SizeInBytes = 1,
        Cardinality = 1,
    }, ActionJsonContext.Default.DeletionVectorDescriptor);

    static string Z85Text(byte[] bytes)
    {
        const string Digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
        var text = new StringBuilder();
        for (var index = 0; index < bytes.Length; index += 4)
        {
            var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(index));
            text.Append(string.Concat(new[] { 52200625u, 614125u, 7225u, 85u, 1u }.Select(power => Digits[(int)(value / power % 85)])));
        }

        return text.ToString();
    }

    static string IndexOf(string name) => Delta.Index.FileIndexPath.Of(name)!;

    Task<DeltaTable> OpenAsync() => TestTable.OpenAsync(_store, Token, TestTable.Impatient with { Clock = _clock });

    /// <summary>A table that is partitioned by a column whose name looks hidden.</summary>
    Task<DeltaTable> OpenPartitionedAsync()
    {
        var schema = new Delta.Schema.TableSchema([new("x", Delta.Schema.DeltaType.Long), new("_p", Delta.Schema.DeltaType.Long)]);
        return DeltaTable.OpenOrCreateAsync(_store, "t", new TableDefinition(schema, ["_p"]), TestTable.Impatient with { Clock = _clock }, logger: null, Token);
    }

    Task AppendAsync(DeltaTable table, params string[] names) => AppendAsync(table, _store, names);

    static async Task AppendAsync(DeltaTable table, IObjectStore store, params string[] names)
    {
        foreach (var name in names)
            await store.PutAsync($"t/{name}", "data"u8.ToArray(), Token);
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [.. names.Select(name => TestTable.Add(Uri.EscapeDataString(name), 4))] }, Token);
    }

    async Task RemoveAsync(DeltaTable table, string name) => await table.CommitAsync(new Commit
    {
        Operation = "DELETE",
        Removes = [new RemoveFile { Path = Uri.EscapeDataString(name), DeletionTimestamp = _clock.GetUtcNow().ToUnixTimeMilliseconds(), Size = 4 }],
    }, Token);

    Task PutAsync(string name) => _store.PutAsync($"t/{name}", "data"u8.ToArray(), Token);

    Task<List<string>> FilesAsync() => FilesAsync(_store);

    static async Task<List<string>> FilesAsync(IObjectStore store) => await store.ListAsync("t/", null, Token).Select(info => info.Path["t/".Length..])
        .Where(path => !path.StartsWith("_delta_log/", StringComparison.Ordinal)).ToListAsync(Token);

    static string? Text(JsonElement? element, string name) => element!.Value.GetProperty(name).GetString();
}
