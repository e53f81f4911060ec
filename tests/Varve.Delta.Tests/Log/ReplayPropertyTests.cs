using CsCheck;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class ReplayPropertyTests
{
    static readonly Gen<LogLine> AnyLine = Gen.OneOf(
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1000]).Select((file, size) => new LogLine
        {
            Add = TestTable.Add($"f%20{file}", size) with
            {
                PartitionValues = size % 3 == 0 ? new Dictionary<string, string?>() : new Dictionary<string, string?> { ["p"] = size % 2 == 0 ? null : $"{size}" },
                Stats = size % 2 == 0 ? null : $"{{\"numRecords\":{size}}}",
                Tags = size % 5 == 0 ? new Dictionary<string, string?> { ["k"] = "ü", ["n"] = null } : null,
            },
        }),
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1000]).Select((file, time) => new LogLine
        {
            Remove = new RemoveFile
            {
                Path = $"f {file}",
                DeletionTimestamp = time,
                DataChange = time % 2 == 0,
                ExtendedFileMetadata = time % 3 == 0 ? null : true,
                Size = time % 3 == 0 ? null : time,
                PartitionValues = time % 3 == 0 ? null : new Dictionary<string, string?> { ["p"] = null },
            },
        }),
        Gen.Select(Gen.Int[0, 2], Gen.Long[0, long.MaxValue]).Select((app, version) => new LogLine
        {
            Txn = new AppTransaction { AppId = $"app{app}", Version = version, LastUpdated = version % 2 == 0 ? null : version / 2 },
        }),
        Gen.Select(Gen.Int[0, 2], Gen.Bool).Select((domain, removed) => new LogLine
        {
            DomainMetadata = new DomainMetadata { Domain = $"d{domain}", Configuration = removed ? "" : "{\"x\":1}", Removed = removed },
        }),
        Gen.Int[0, 9].Select(number => new LogLine { MetaData = Metadata(number) }),
        Gen.Int[0, 2].Select(number => new LogLine { Protocol = Protocol(number) }));

    // One commit names a path, an application and a domain at most once for each kind of action.
    static readonly Gen<LogLine[]> AnyCommit = AnyLine.Array[0, 6].Select(lines => lines.DistinctBy(Key).ToArray());

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_history_gives_one_state_a_version_from_zero_and_from_every_checkpoint() =>
        await AnyCommit.Array[1, 6].SampleAsync(async history =>
        {
            var store = new MemoryObjectStore();
            for (var version = 0; version <= history.Length; version++)
                await store.PutAsync(TestTable.CommitPath(version), Commit(version, version == 0 ? [] : history[version - 1]), Token);
            var expected = new List<string>();
            var checkpoints = new List<ReadOnlyMemory<byte>>();
            for (var version = 0; version <= history.Length; version++)
            {
                var snapshot = await new SnapshotLoader(store, "t").LoadAsync(version, Token);
                AssertFilesAre(Model(history, version), snapshot!);
                expected.Add(State.Of(snapshot!));
                checkpoints.Add(CheckpointWriter.Write(snapshot!, expiredBeforeMs: 0).Content);
            }

            for (var at = 0; at <= history.Length; at++)
            {
                await store.PutAsync(TestTable.CheckpointPath(at), checkpoints[at], Token);
                for (var version = at; version <= history.Length; version++)
                    Assert.Equal(expected[version], State.Of((await new SnapshotLoader(store, "t").LoadAsync(version, Token))!));
                if (at > 0)
                    await store.DeleteAsync(TestTable.CommitPath(at - 1), Token);
                Assert.Equal(expected[^1], State.Of((await new SnapshotLoader(store, "t").LoadAsync(null, Token))!));
                await store.DeleteAsync(TestTable.CheckpointPath(Math.Max(at - 1, 0)), Token);
            }
        },
        iter: 40, threads: 1);

    [Fact]
    public async Task Applying_commits_one_by_one_gives_the_state_of_a_load() =>
        await AnyCommit.Array[1, 9].SampleAsync(async history =>
        {
            var store = new MemoryObjectStore();
            await store.PutAsync(TestTable.CommitPath(0), Commit(0, []), Token);
            var table = (await DeltaTable.OpenAsync(store, "t", null, null, Token))!;
            for (var version = 1; version <= history.Length; version++)
            {
                await store.PutAsync(TestTable.CommitPath(version), Commit(version, history[version - 1]), Token);
                if (version % 2 == 0)
                    await table.RefreshAsync(Token);
            }

            var refreshed = await table.RefreshAsync(Token);

            Assert.Equal(State.Of((await new SnapshotLoader(store, "t").LoadAsync(null, Token))!), State.Of(refreshed));
        },
        iter: 60, threads: 1);

    static byte[] Commit(int version, LogLine[] lines)
    {
        LogLine info = new() { CommitInfo = new CommitInfo { Timestamp = 1000 + version } };
        LogLine[] first = version == 0 ? [new() { Protocol = Protocol(0) }, new() { MetaData = Metadata(0) }] : [];
        return ActionJson.Write([info, .. first, .. lines]);
    }

    static Dictionary<string, long> Model(LogLine[][] history, int version)
    {
        var files = new Dictionary<string, long>();
        foreach (var commit in history.Take(version))
        {
            foreach (var remove in commit.Select(line => line.Remove).OfType<RemoveFile>())
                files.Remove(remove.Path);
            foreach (var add in commit.Select(line => line.Add).OfType<AddFile>())
                files[add.Path.Replace("%20", " ", StringComparison.Ordinal)] = add.Size;
        }

        return files;
    }

    static void AssertFilesAre(Dictionary<string, long> model, Snapshot snapshot) =>
        Assert.Equal(model.OrderBy(pair => pair.Key), snapshot.Files.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Size)).OrderBy(pair => pair.Key));

    static string Key(LogLine line) => line switch
    {
        { Add: { } add } => $"add {add.Path}",
        { Remove: { } remove } => $"remove {remove.Path}",
        { Txn: { } txn } => $"txn {txn.AppId}",
        { DomainMetadata: { } domain } => $"domain {domain.Domain}",
        { MetaData: not null } => "metaData",
        _ => "protocol",
    };

    static TableMetadata Metadata(int number) => new()
    {
        Id = "id",
        Name = number % 2 == 0 ? null : "name",
        SchemaString = $$$"""{"type":"struct","fields":[{"name":"x{{{number}}}","type":"long","nullable":true,"metadata":{}}]}""",
        PartitionColumns = number % 3 == 0 ? [] : ["p"],
        Configuration = number % 4 == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["k"] = $"{number}", ["delta.x"] = "" },
        CreatedTime = number == 5 ? null : number,
    };

    static TableProtocol Protocol(int number) => number switch
    {
        0 => new() { MinReaderVersion = 1, MinWriterVersion = 2 },
        1 => new() { MinReaderVersion = 1, MinWriterVersion = 7, WriterFeatures = ["domainMetadata", "appendOnly"] },
        _ => new() { MinReaderVersion = 3, MinWriterVersion = 7, ReaderFeatures = ["vacuumProtocolCheck"], WriterFeatures = ["vacuumProtocolCheck"] },
    };
}
