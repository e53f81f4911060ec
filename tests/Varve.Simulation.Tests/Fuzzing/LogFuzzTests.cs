using System.Text;
using System.Text.Json;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Fuzzing;

/// <summary>Damaged logs: refused by kind and name, or read as what they say.</summary>
public sealed class LogFuzzTests
{
    const string Commit =
        """
        {"commitInfo":{"timestamp":1767225600000,"inCommitTimestamp":1767225600001,"operation":"WRITE","operationParameters":{"mode":"Append","n":1},"readVersion":0,"isBlindAppend":true,"operationMetrics":{"numFiles":"1"},"engineInfo":"varve/1","txnId":"2b5e3d3c-0c65-4f67-8d2f-111111111111"}}
        {"txn":{"appId":"ingest/1","version":7,"lastUpdated":1767225600000}}
        {"domainMetadata":{"domain":"d","configuration":"{\"a\":1}","removed":false}}
        {"metaData":{"id":"t","name":"n","description":"d","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}},{\"name\":\"d\",\"type\":\"date\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":["d"],"configuration":{"delta.checkpointInterval":"10"},"createdTime":1}}
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors","inCommitTimestamp"]}}
        {"remove":{"path":"old%20one.parquet","deletionTimestamp":1767225600000,"dataChange":true,"extendedFileMetadata":true,"partitionValues":{"d":"2026-01-01"},"size":10}}
        {"add":{"path":"d=2026-01-01/a%3Db.parquet","partitionValues":{"d":"2026-01-01"},"size":1234,"modificationTime":1767225600000,"dataChange":true,"stats":"{\"numRecords\":3,\"minValues\":{\"x\":1},\"maxValues\":{\"x\":9},\"nullCount\":{\"x\":0}}","tags":{"k":"v"},"deletionVector":{"storageType":"u","pathOrInlineDv":"ab^-aqEH.-t@S}K{vb[*k^","offset":4,"sizeInBytes":40,"cardinality":6},"baseRowId":0,"defaultRowCommitVersion":1}}
        {"add":{"path":"b.parquet","partitionValues":{"d":null},"size":1,"modificationTime":2,"dataChange":false}}
        {"cdc":{"path":"c","partitionValues":{},"size":1,"dataChange":false}}
        """;

    const string Hint = """{"version":10,"size":12,"sizeInBytes":3456,"numOfAddFiles":9,"v2Checkpoint":{"path":"x","sizeInBytes":1,"modificationTime":1},"checksum":"00"}""";

    const string Checksum =
        """
        {"txnId":"a","tableSizeBytes":10,"numFiles":1,"numMetadata":1,"numProtocol":1,"inCommitTimestampOpt":5,"setTransactions":[{"appId":"a","version":1,"lastUpdated":2}],"domainMetadata":[{"domain":"d","configuration":"{}","removed":false}],"metadata":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{}","partitionColumns":[],"configuration":{}},"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        """;

    const string Schema =
        """
        {"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"delta.typeChanges":[{"fromType":"integer","toType":"long"}]}},
        {"name":"b","type":{"type":"array","elementType":"decimal(10,2)","containsNull":true},"nullable":false,"metadata":{"delta.columnMapping.id":1}},
        {"name":"c","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[]},"valueContainsNull":true},"nullable":true,"metadata":{}}]}
        """;

    [Fact]
    public void A_damaged_commit_is_refused_or_read_as_what_it_says() => Fuzz.Run(random =>
    {
        var content = DamagedCommit(random);
        var store = StoreWith(content);

        var lines = new SnapshotLoader(store, "t").ReadCommitAsync(1, CancellationToken.None).GetAwaiter().GetResult()!;

        Assert.Equal(StrictLines(content), lines.Count);
    });

    [Fact]
    public void A_table_with_a_damaged_commit_is_refused_or_read() => Fuzz.Run(random =>
    {
        var content = DamagedCommit(random);
        var store = StoreWith(content);

        var snapshot = new SnapshotLoader(store, "t").LoadAsync(version: null, CancellationToken.None).GetAwaiter().GetResult()!;

        Assert.Equal(1, snapshot.Version);
        Assert.InRange(snapshot.Files.Count, 0, StrictLines(content));
    });

    [Fact]
    public void A_damaged_hint_is_a_hint_or_none()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var content = Damage.Of(Encoding.UTF8.GetBytes(Hint), new Random(seed));

            var fault = Record.Exception(() => LastCheckpoint.Read(content));

            Assert.True(fault is null, $"Input {seed}: {fault}");
        }
    }

    [Fact]
    public void A_damaged_checksum_is_a_checksum_or_none()
    {
        var read = 0;
        for (var seed = 0; seed < 5_000; seed++)
        {
            var content = Damage.Of(Encoding.UTF8.GetBytes(Checksum), new Random(seed));

            var fault = Record.Exception(() => read += VersionChecksum.Read(content) is null ? 0 : 1);

            Assert.True(fault is null, $"Input {seed}: {fault}");
        }

        Assert.InRange(read, 1, 4_999);
    }

    [Fact]
    public void A_damaged_schema_is_refused_or_read() => Fuzz.Run(random =>
    {
        var text = Encoding.UTF8.GetString(Damage.Of(Encoding.UTF8.GetBytes(Schema), random));

        var schema = TableSchema.Parse(text);
        TypeChanges.CheckReadable(schema, "t");

        Assert.Equal(schema.ToSchemaString(), TableSchema.Parse(schema.ToSchemaString()).ToSchemaString());
    });

    [Theory]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":["delta.typeChanges"]}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":"delta.typeChanges"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":"\ud800","nullable":true,"metadata":{}}]}""")]
    public void A_schema_of_the_wrong_shape_is_refused(string text) => Assert.Throws<VarveException>(() => TypeChanges.CheckReadable(TableSchema.Parse(text), "t"));

    [Fact]
    public void A_damaged_name_in_the_log_folder_is_a_name_or_none()
    {
        string[] names =
        [
            "00000000000000000010.json", "00000000000000000010.checkpoint.parquet", "00000000000000000010.checkpoint.0000000001.0000000003.parquet",
            "00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json", "00000000000000000004.00000000000000000006.compacted.json", "00000000000000000010.crc",
        ];
        for (var seed = 0; seed < 5_000; seed++)
        {
            var name = Encoding.UTF8.GetString(Damage.Of(Encoding.UTF8.GetBytes(names[seed % names.Length]), new Random(seed)));

            if (LogFileName.Parse(name) is { } file)
                Assert.StartsWith(LogFileName.Floor(file.Version), name, StringComparison.Ordinal);
        }
    }

    static byte[] DamagedCommit(Random random) => Damage.Of(Encoding.UTF8.GetBytes(Commit), random);

    static MemoryObjectStore StoreWith(byte[] commit)
    {
        var store = new MemoryObjectStore();
        TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, CancellationToken.None).GetAwaiter().GetResult();
        store.PutAsync(TestTable.CommitPath(1), commit, CancellationToken.None).GetAwaiter().GetResult();
        return store;
    }

    /// <summary>The lines that are not blank; fails when one is not exactly one JSON object.</summary>
    static int StrictLines(byte[] content)
    {
        var count = 0;
        for (var rest = content.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Trim(" \t\r"u8).IsEmpty)
                continue;
            try
            {
                using var document = JsonDocument.Parse(line.ToArray());
                Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            }
            catch (JsonException fault)
            {
                Assert.Fail($"A line that is no JSON was read: {Encoding.UTF8.GetString(line)}: {fault.Message}");
            }

            count++;
        }

        return count;
    }
}
