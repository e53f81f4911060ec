using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Actions;
using Varve.Delta.Index;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Index;

public sealed class FileIndexWriterTests
{
    static readonly TableDefinition Definition = new(
        new TableSchema([new DeltaField("id", DeltaType.String), new DeltaField("other", DeltaType.String), new DeltaField("n", DeltaType.Long), new DeltaField("p", DeltaType.String)]),
        ["p"]);

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_are_stored_already_get_an_index_of_the_columns_that_are_named()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "x", "a", "b");
        await AppendAsync(table, "y", "c", null);
        var writer = new FileIndexWriter(_store, "t", table.Latest, ["id"]);
        foreach (var (key, file) in table.Latest.Files)
            Assert.NotNull(await writer.WriteAsync(key, file, replaces: false, Token));

        var reader = new FileIndexReader(_store, new FileIndexLimits(), TimeProvider.System);

        foreach (var (key, file) in table.Latest.Files)
        {
            var own = file.PartitionValues["p"] == "x" ? new[] { "a", "b" } : ["c"];
            foreach (var value in new[] { "a", "b", "c", "d" })
                Assert.Equal(own.Contains(value), (await reader.AskAsync("t", key, file.Size, [ValueProbe.ForTexts("id", [value])], Token)).MayMatch);
            Assert.False((await reader.AskAsync("t", key, file.Size, [ValueProbe.ForTexts("other", ["z"])], Token)).HasColumn);
        }
    }

    [Fact]
    public async Task An_index_that_is_there_is_written_anew_only_when_asked()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "x", "a");
        var (key, file) = table.Latest.Files.Single();
        await new FileIndexWriter(_store, "t", table.Latest, ["id"]).WriteAsync(key, file, replaces: false, Token);
        var both = new FileIndexWriter(_store, "t", table.Latest, ["id", "other"]);
        var path = $"t/{FileIndexPath.Of(key)}";
        var before = await _store.ReadAsync(path, Token);

        Assert.Null(await both.WriteAsync(key, file, replaces: false, Token));
        Assert.Equal(before, await _store.ReadAsync(path, Token));
        Assert.NotNull(await both.WriteAsync(key, file, replaces: true, Token));
        Assert.NotEqual(before, await _store.ReadAsync(path, Token));
    }

    [Fact]
    public async Task Rows_that_are_deleted_stand_in_the_index_since_older_versions_have_them()
    {
        var table = await OpenAsync();
        await AppendAsync(table, "x", "a", "b");
        var (key, file) = table.Latest.Files.Single();
        // A vector that cannot be read: whoever looks at it fails.
        var deleted = file with { DeletionVector = new DeletionVectorDescriptor { StorageType = "u", PathOrInlineDv = "nowhere", SizeInBytes = 1, Cardinality = 1 } };
        await new FileIndexWriter(_store, "t", table.Latest, ["id"]).WriteAsync(key, deleted, replaces: true, Token);

        var answer = await new FileIndexReader(_store, new FileIndexLimits(), TimeProvider.System)
            .AskAsync("t", key, file.Size, [ValueProbe.ForTexts("id", ["a"])], Token);

        Assert.Equal((true, true), (answer.MayMatch, answer.HasColumn));
    }

    [Theory]
    [InlineData("n")]
    [InlineData("p")]
    [InlineData("nope")]
    [InlineData("ID")]
    public async Task Only_texts_that_are_no_partition_are_indexed(string column)
    {
        var table = await OpenAsync();

        var fault = Assert.Throws<VarveException>(() => new FileIndexWriter(_store, "t", table.Latest, [column]));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(column, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_maps_its_columns_and_too_many_columns_are_refused()
    {
        await TestTable.WriteCommitAsync(
            _store, 0,
            TestTable.FirstLines.Replace("\"minReaderVersion\":1,\"minWriterVersion\":2", "\"minReaderVersion\":2,\"minWriterVersion\":5", StringComparison.Ordinal)
                .Replace("\"configuration\":{", "\"configuration\":{\"delta.columnMapping.mode\":\"name\"", StringComparison.Ordinal)
                .Replace("\\\"metadata\\\":{}", "\\\"metadata\\\":{\\\"delta.columnMapping.id\\\":1,\\\"delta.columnMapping.physicalName\\\":\\\"x\\\"}", StringComparison.Ordinal),
            Token);
        var mapped = (await DeltaTable.OpenAsync(_store, "t", options: null, logger: null, Token))!;
        var limits = new FileIndexLimits { ColumnsMax = 1 };
        var other = await DeltaTable.OpenOrCreateAsync(_store, "u", Definition, TestTable.Impatient, logger: null, Token);

        Assert.Contains("maps its columns", Assert.Throws<VarveException>(() => new FileIndexWriter(_store, "t", mapped.Latest, [])).Message, StringComparison.Ordinal);
        _ = new FileIndexWriter(_store, "u", other.Latest, ["id"], limits);
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => new FileIndexWriter(_store, "u", other.Latest, ["id", "other"], limits)).Kind);
    }

    Task<DeltaTable> OpenAsync() => DeltaTable.OpenOrCreateAsync(_store, "t", Definition, TestTable.Impatient, logger: null, Token);

    static async Task AppendAsync(DeltaTable table, string partition, params string?[] ids)
    {
        using var batch = new RecordBatch(
            new Apache.Arrow.Schema([new Field("id", StringType.Default, nullable: true), new Field("p", StringType.Default, nullable: true)], null),
            [IndexFiles.Texts(ids), IndexFiles.Texts(ids.Select(_ => partition))], ids.Length);
        await table.AppendAsync(batch, transaction: null, Token);
    }
}
