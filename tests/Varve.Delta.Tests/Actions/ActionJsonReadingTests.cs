using System.Text;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Tests.Actions;

public sealed class ActionJsonReadingTests
{
    const string Add = """{"add":{"path":"a","partitionValues":{"p":null},"size":1,"modificationTime":2,"dataChange":true}}""";
    const string Remove = """{"remove":{"path":"b"}}""";

    [Theory]
    [InlineData(Add + "\n" + Remove + "\n")]
    [InlineData(Add + "\n" + Remove)]
    [InlineData("\n\n" + Add + "\n \t\n" + Remove + "\n\n")]
    [InlineData(Add + "\r\n" + Remove + "\r\n")]
    public void Lines_are_read_whatever_the_newlines(string text)
    {
        var lines = Read(text);

        Assert.Equal(["a", "b"], lines.Select(line => line.Add?.Path ?? line.Remove?.Path));
    }

    [Fact]
    public void All_fields_of_all_actions_are_read()
    {
        var lines = Read(
            """
            {"commitInfo":{"timestamp":5,"inCommitTimestamp":6,"operation":"WRITE","operationParameters":{"mode":"Append","n":[1]},"readVersion":3,"isBlindAppend":true,"operationMetrics":{"numFiles":"1"},"engineInfo":"x/1","txnId":"id"}}
            {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["r"],"writerFeatures":["r","w"]}}
            {"metaData":{"id":"i","name":"n","description":"d","format":{"provider":"parquet","options":{"o":"1"}},"schemaString":"s","partitionColumns":["p"],"configuration":{"c":"v"},"createdTime":7}}
            {"add":{"path":"a%20b","partitionValues":{"p":"1","q":null},"size":9007199254740993,"modificationTime":2,"dataChange":false,"stats":"{}","tags":{"t":"1","u":null}}}
            {"remove":{"path":"r","deletionTimestamp":8,"dataChange":false,"extendedFileMetadata":true,"partitionValues":{"p":"2"},"size":4}}
            {"txn":{"appId":"app","version":9,"lastUpdated":10}}
            {"domainMetadata":{"domain":"d","configuration":"{}","removed":true}}
            """);

        Assert.Equal(7, lines.Count);
        var info = lines[0].CommitInfo!;
        Assert.Equal((5L, 6L, "WRITE", 3L, true, "x/1", "id"), (info.Timestamp!.Value, info.InCommitTimestamp!.Value, info.Operation, info.ReadVersion!.Value, info.IsBlindAppend!.Value, info.EngineInfo, info.TxnId));
        var protocol = lines[1].Protocol!;
        Assert.Equal((3, 7, "r", "r w"), (protocol.MinReaderVersion, protocol.MinWriterVersion, string.Join(' ', protocol.ReaderFeatures!), string.Join(' ', protocol.WriterFeatures!)));
        var metadata = lines[2].MetaData!;
        Assert.Equal(("i", "n", "d", "parquet", "1", "s", "p", "v", 7L), (metadata.Id, metadata.Name, metadata.Description, metadata.Format.Provider, metadata.Format.Options["o"], metadata.SchemaString, metadata.PartitionColumns[0], metadata.Configuration["c"], metadata.CreatedTime!.Value));
        var add = lines[3].Add!;
        Assert.Equal(("a%20b", "1", null, 9007199254740993L, 2L, false, "{}"), (add.Path, add.PartitionValues["p"], add.PartitionValues["q"], add.Size, add.ModificationTime, add.DataChange, add.Stats));
        Assert.Equal(("1", null), (add.Tags!["t"], add.Tags["u"]));
        var remove = lines[4].Remove!;
        Assert.Equal(("r", 8L, false, true, "2", 4L), (remove.Path, remove.DeletionTimestamp!.Value, remove.DataChange, remove.ExtendedFileMetadata!.Value, remove.PartitionValues!["p"], remove.Size!.Value));
        Assert.Equal(new AppTransaction { AppId = "app", Version = 9, LastUpdated = 10 }, lines[5].Txn);
        Assert.Equal(new DomainMetadata { Domain = "d", Configuration = "{}", Removed = true }, lines[6].DomainMetadata);
    }

    [Fact]
    public void Unknown_actions_and_fields_are_ignored()
    {
        var lines = Read(
            """
            {"cdc":{"path":"c","size":1}}
            {"someday":[1,{"x":null}]}
            {"remove":{"path":"r","newField":{"a":[]},"size":3}}
            """);

        Assert.Equal([new LogLine(), new LogLine()], lines.Take(2));
        Assert.Equal(("r", 3L), (lines[2].Remove!.Path, lines[2].Remove!.Size));
    }

    [Theory]
    [InlineData("""{"commitInfo":{"timestamp":"2026-11-21 10:00:00","operation":"WRITE"}}""")]
    [InlineData("""{"commitInfo":{"timestamp":1.5,"readVersion":"3","isBlindAppend":"true"}}""")]
    [InlineData("""{"commitInfo":{"engineInfo":{"name":"x"},"txnId":7,"operation":null}}""")]
    [InlineData("""{"commitInfo":{"operationParameters":"none","operationMetrics":[]}}""")]
    public void A_commit_info_is_free_json_and_never_stops_a_reader(string line)
    {
        var lines = Read(line + "\n" + Add);

        Assert.Equal(2, lines.Count);
        Assert.Equal("a", lines[1].Add?.Path);
    }

    [Theory]
    [InlineData(Add + "\n{\"add\":{\"path\":\"b\",\"parti", 2)]
    [InlineData(Add + "\n\n" + Add + "}x\n", 3)]
    [InlineData(Add + Remove + "\n", 1)]
    [InlineData("not json\n", 1)]
    [InlineData("null\n", 1)]
    [InlineData("[]\n", 1)]
    [InlineData("{\n\"add\":{}}\n", 1)]
    [InlineData(Add + "\n\0\0\0\0", 2)]
    [InlineData("{\"add\":{\"partitionValues\":{},\"size\":1,\"modificationTime\":2,\"dataChange\":true}}\n", 1)]
    [InlineData("{\"add\":{\"path\":null,\"partitionValues\":{},\"size\":1,\"modificationTime\":2,\"dataChange\":true}}\n", 1)]
    [InlineData("{\"add\":{\"path\":\"a\",\"partitionValues\":null,\"size\":1,\"modificationTime\":2,\"dataChange\":true}}\n", 1)]
    [InlineData("{\"add\":{\"path\":\"a\",\"partitionValues\":{},\"size\":\"1\",\"modificationTime\":2,\"dataChange\":true}}\n", 1)]
    [InlineData("{\"remove\":{\"path\":null}}\n", 1)]
    [InlineData("{\"txn\":{\"appId\":null,\"version\":1}}\n", 1)]
    [InlineData("{\"metaData\":{\"id\":\"i\",\"schemaString\":null,\"partitionColumns\":[]}}\n", 1)]
    public void What_is_damaged_is_corrupt_and_the_fault_names_file_and_line(string text, int line)
    {
        var fault = Assert.Throws<VarveException>(() => Read(text));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.StartsWith($"t/_delta_log/7.json line {line} ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_without_lines_is_empty() => Assert.Empty(Read(""));

    static List<LogLine> Read(string text) => ActionJson.Read(Encoding.UTF8.GetBytes(text), "t/_delta_log/7.json");
}
