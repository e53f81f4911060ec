using System.Text;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class VersionChecksumTests
{
    const string History =
        """
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors","domainMetadata"]}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{"k":"v"}}}
        {"add":{"path":"a","partitionValues":{},"size":5,"modificationTime":6,"dataChange":true}}
        {"add":{"path":"b","partitionValues":{},"size":7,"modificationTime":6,"dataChange":true,"deletionVector":{"storageType":"i","pathOrInlineDv":"x","sizeInBytes":1,"cardinality":3}}}
        {"txn":{"appId":"app","version":4,"lastUpdated":9}}
        {"domainMetadata":{"domain":"kept","configuration":"{}","removed":false}}
        {"domainMetadata":{"domain":"gone","configuration":"","removed":true}}
        """;

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_checksum_is_written_with_the_fields_of_the_protocol()
    {
        var snapshot = await LoadAsync(History);

        Assert.Equal(
            """
            {"tableSizeBytes":12,"numFiles":2,"numDeletedRecordsOpt":3,"numDeletionVectorsOpt":1,"numMetadata":1,"numProtocol":1,
            "setTransactions":[{"appId":"app","version":4,"lastUpdated":9}],"domainMetadata":[{"domain":"kept","configuration":"{}","removed":false}],
            "metadata":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\u0022type\u0022:\u0022struct\u0022,\u0022fields\u0022:[]}","partitionColumns":[],"configuration":{"k":"v"}},
            "protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors","domainMetadata"]}}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(VersionChecksum.Of(snapshot).ToBytes()));
    }

    [Fact]
    public async Task A_checksum_that_was_written_is_read_and_agrees_with_its_snapshot()
    {
        var snapshot = await LoadAsync(History);

        var read = VersionChecksum.Read(VersionChecksum.Of(snapshot).ToBytes())!;

        Assert.Empty(read.Verify(snapshot));
        Assert.Equal(snapshot.Transactions["app"], Assert.Single(read.SetTransactions!));
        Assert.Equal("kept", Assert.Single(read.DomainMetadata!).Domain);
        Assert.Equal("v", read.Metadata.Configuration["k"]);
    }

    [Fact]
    public async Task A_checksum_that_says_otherwise_than_its_snapshot_tells_in_what()
    {
        var snapshot = await LoadAsync(History);
        var wrong = VersionChecksum.Of(snapshot) with { NumFiles = 3, TableSizeBytes = 13, NumDeletedRecordsOpt = 0, SetTransactions = [] };

        Assert.Equal(
            ["numFiles is 3 instead of 2", "tableSizeBytes is 13 instead of 12", "numDeletedRecordsOpt is 0 instead of 3", "setTransactions is  instead of app=4"],
            wrong.Verify(snapshot));
    }

    [Fact]
    public async Task The_next_checksum_follows_from_the_commit()
    {
        var before = await LoadAsync(History);
        var add = TestTable.Add("c", 100);
        var remove = new RemoveFile { Path = "b", Size = 7, DeletionVector = before.Files["b"].DeletionVector };
        var after = before.Apply(1, [new LogLine { Remove = remove }, new LogLine { Add = add }, new LogLine { Txn = new AppTransaction { AppId = "app", Version = 5 } }], "t");

        var next = VersionChecksum.Of(before).After(after, [add], [remove])!;

        Assert.Equal(VersionChecksum.Of(after).ToBytes(), next.ToBytes());
        Assert.Equal((105L, 2L, 0L, 0L), (next.TableSizeBytes, next.NumFiles, next.NumDeletedRecordsOpt, next.NumDeletionVectorsOpt));
    }

    [Fact]
    public async Task What_a_commit_does_not_tell_is_not_guessed()
    {
        var snapshot = await LoadAsync(History);
        var checksum = VersionChecksum.Of(snapshot);

        Assert.Null(checksum.After(snapshot, [], [new RemoveFile { Path = "a" }]));
        Assert.Null(checksum.After(snapshot, [TestTable.Add("a", 5) with { DataChange = false }], []));
        Assert.Null(checksum.After(snapshot, [], [new RemoveFile { Path = "a", Size = 13 }]));
        Assert.Null((checksum with { NumDeletedRecordsOpt = null }).After(snapshot, [TestTable.Add("c")], []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"tableSizeBytes":0,"numFiles":0,"numMetadata":1,"numProtocol":1,"numTransactions":0}""")]
    public void What_is_no_checksum_is_as_if_it_were_not_there(string text) => Assert.Null(VersionChecksum.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("\"numFiles\":2", "\"numFiles\":-1")]
    [InlineData("\"numMetadata\":1", "\"numMetadata\":2")]
    [InlineData("\"numProtocol\":1", "\"numProtocol\":0")]
    [InlineData("\"protocol\":{", "\"other\":{")]
    [InlineData("{\"tableSizeBytes\"", "{}{\"tableSizeBytes\"")]
    public async Task A_damaged_checksum_is_as_if_it_were_not_there(string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(VersionChecksum.Of(await LoadAsync(History)).ToBytes());

        Assert.NotNull(VersionChecksum.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.Null(VersionChecksum.Read(Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("00000000000000000007.crc", 7L)]
    [InlineData(".00000000000000000007.crc", null)]
    [InlineData("00000000000000000007.json.crc", null)]
    [InlineData("7.crc", null)]
    public void A_checksum_is_known_by_its_name(string name, long? version) => Assert.Equal(version, LogFileName.ParseChecksum(name));

    [Fact]
    [Trait("category", "conformance")]
    public async Task Checksums_of_other_engines_agree_with_their_tables()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var (agreed, wrong) = (0, new List<string>());
        // The checksum of crc-full was written by hand, with applications and domains that its log does not have.
        foreach (var file in Directory.EnumerateFiles(root, "*.crc", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (!file.Contains("crc-full", StringComparison.Ordinal) && LogFileName.ParseChecksum(Path.GetFileName(file)) is { } version && VersionChecksum.Read(await File.ReadAllBytesAsync(file, Token)) is { } checksum)
                try
                {
                    var folder = Path.GetDirectoryName(Path.GetDirectoryName(file))!;
                    var snapshot = await new SnapshotLoader(new LocalObjectStore(Path.GetDirectoryName(folder)!), Path.GetFileName(folder)).LoadAsync(version, Token);
                    if (checksum.Verify(snapshot!) is { Count: > 0 } differences)
                        wrong.Add($"{Path.GetRelativePath(root, file)}: {string.Join("; ", differences)}");
                    else
                        agreed++;
                }
                catch (VarveException fault) when (fault.Kind is FaultKind.Invalid or FaultKind.NotFound)
                {
                    // A feature that is refused, or a log that no longer goes back that far.
                }

        TestContext.Current.TestOutputHelper!.WriteLine($"{agreed} checksums agree");
        Assert.Empty(wrong);
        Assert.True(agreed > 0);
    }

    async Task<Snapshot> LoadAsync(string history)
    {
        await TestTable.WriteCommitAsync(_store, 0, history, Token);
        return (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
    }
}
