using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.TestKit;

namespace Varve.Delta.Tests.Actions;

public sealed class ActionJsonWritingTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_action_has_the_names_of_the_protocol()
    {
        var written = Encoding.UTF8.GetString(ActionJson.Write(
        [
            new LogLine { Protocol = new TableProtocol { MinReaderVersion = 3, MinWriterVersion = 7, ReaderFeatures = ["r"], WriterFeatures = ["r", "w"] } },
            new LogLine
            {
                Add = new AddFile
                {
                    Path = "p=1/a.parquet",
                    PartitionValues = new Dictionary<string, string?> { ["p"] = "1", ["q"] = null },
                    Size = 1,
                    ModificationTime = 2,
                    DataChange = true,
                    Stats = "{\"numRecords\":1}",
                    Tags = new Dictionary<string, string?> { ["t"] = null },
                },
            },
            new LogLine
            {
                Remove = new RemoveFile
                {
                    Path = "b",
                    DeletionTimestamp = 3,
                    DataChange = false,
                    ExtendedFileMetadata = true,
                    PartitionValues = new Dictionary<string, string?> { ["p"] = null },
                    Size = 4,
                },
            },
            new LogLine { Txn = new AppTransaction { AppId = "app", Version = 5, LastUpdated = 6 } },
            new LogLine { DomainMetadata = new DomainMetadata { Domain = "d", Configuration = "c" } },
        ]));

        AssertLines(
            written,
            """{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["r"],"writerFeatures":["r","w"]}}""",
            """{"add":{"path":"p=1/a.parquet","partitionValues":{"p":"1","q":null},"size":1,"modificationTime":2,"dataChange":true,"stats":"{\"numRecords\":1}","tags":{"t":null}}}""",
            """{"remove":{"path":"b","deletionTimestamp":3,"dataChange":false,"extendedFileMetadata":true,"partitionValues":{"p":null},"size":4}}""",
            """{"txn":{"appId":"app","version":5,"lastUpdated":6}}""",
            """{"domainMetadata":{"domain":"d","configuration":"c","removed":false}}""");
    }

    [Fact]
    public async Task A_new_table_and_its_first_commit_are_written_to_the_letter()
    {
        var store = new MemoryObjectStore();
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000));
        var options = TestTable.Impatient with { Clock = clock, EngineInfo = "varve/test" };
        var definition = new TableDefinition(new TableSchema([new DeltaField("d", DeltaType.Date)]), ["d"]);
        var table = await DeltaTable.OpenOrCreateAsync(store, "t", definition, options, logger: null, Token);

        var add = TestTable.Add("d=1/x", size: 10) with { PartitionValues = new Dictionary<string, string?> { ["d"] = null } };
        await table.CommitAsync(
            new Commit
            {
                Operation = "WRITE",
                Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
                Adds = [add],
                Transaction = new AppTransaction { AppId = "app", Version = 1 },
            },
            Token);

        AssertLines(
            await CommitAsync(store, 0),
            """{"commitInfo":{"timestamp":1000,"inCommitTimestamp":1000,"operation":"CREATE TABLE","operationParameters":{},"isolationLevel":"Serializable","isBlindAppend":true,"operationMetrics":{},"engineInfo":"varve/test","txnId":"*"}}""",
            """{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["appendOnly","inCommitTimestamp","invariants"]}}""",
            """{"metaData":{"id":"*","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"d\",\"type\":\"date\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":["d"],"configuration":{"delta.enableInCommitTimestamps":"true","delta.checkpointInterval":"100"},"createdTime":1000}}""");
        AssertLines(
            await CommitAsync(store, 1),
            """{"commitInfo":{"timestamp":1000,"inCommitTimestamp":1001,"operation":"WRITE","operationParameters":{"mode":"Append"},"readVersion":0,"isolationLevel":"Serializable","isBlindAppend":true,"operationMetrics":{"numFiles":"1","numOutputBytes":"10"},"engineInfo":"varve/test","txnId":"*"}}""",
            """{"txn":{"appId":"app","version":1,"lastUpdated":1000}}""",
            """{"add":{"path":"d=1/x","partitionValues":{"d":null},"size":10,"modificationTime":0,"dataChange":true}}""");
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        LogLine[] lines =
        [
            new() { Txn = new AppTransaction { AppId = "a\nb\"ü😀\u2028", Version = long.MaxValue } },
            new() { Add = TestTable.Add("x%20y") with { Stats = "{\"maxValues\":{\"s\":\"\\u007f\"}}" } },
        ];

        var read = ActionJson.Read(ActionJson.Write(lines), "x");

        Assert.Equal(lines[0], read[0]);
        Assert.Equal((lines[1].Add!.Path, lines[1].Add!.Stats), (read[1].Add!.Path, read[1].Add!.Stats));
    }

    static async Task<string> CommitAsync(MemoryObjectStore store, long version) =>
        Encoding.UTF8.GetString((await store.ReadAsync(TestTable.CommitPath(version), Token))!);

    static void AssertLines(string written, params string[] expected)
    {
        Assert.EndsWith("}\n", written, StringComparison.Ordinal);
        Assert.Equal(expected, written[..^1].Split('\n').Select(WithoutIds));
    }

    // The ids are new each time: they are checked to be ids, and then masked.
    static string WithoutIds(string line)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        foreach (var (action, id) in (ReadOnlySpan<(string, string)>)[("commitInfo", "txnId"), ("metaData", "id")])
            if (json[action]?[id] is { } found)
            {
                Assert.True(Guid.TryParse(found.GetValue<string>(), out _));
                json[action]![id] = "*";
            }

        return json.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
