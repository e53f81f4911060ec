using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class PartitionFilterTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("timestamp", "2024-01-01 00:00:00", PartitionComparison.Equal, "2024-01-01T00:00:00.000000Z", true)]
    [InlineData("timestamp", "2024-01-01 00:00:01", PartitionComparison.Equal, "2024-01-01T00:00:00.000000Z", false)]
    [InlineData("long", "7", PartitionComparison.Equal, "07", true)]
    [InlineData("long", "10", PartitionComparison.Less, "9", false)]
    [InlineData("long", "9", PartitionComparison.Less, "10", true)]
    [InlineData("integer", "-1", PartitionComparison.GreaterOrEqual, "-1", true)]
    [InlineData("double", "1.0E1", PartitionComparison.Equal, "10", true)]
    [InlineData("decimal(10,2)", "1.5", PartitionComparison.Equal, "1.50", true)]
    [InlineData("decimal(10,2)", "1.51", PartitionComparison.Greater, "1.5", true)]
    [InlineData("date", "2024-01-31", PartitionComparison.Less, "2024-02-01", true)]
    [InlineData("date", "2024-02-01", PartitionComparison.LessOrEqual, "2024-02-01", true)]
    [InlineData("date", "2024-02-02", PartitionComparison.LessOrEqual, "2024-02-01", false)]
    [InlineData("boolean", "TRUE", PartitionComparison.Equal, "true", true)]
    [InlineData("string", "a", PartitionComparison.Equal, "A", false)]
    [InlineData("string", "a", PartitionComparison.Greater, "B", true)]
    [InlineData("string", null, PartitionComparison.Equal, "", true)]
    [InlineData("string", null, PartitionComparison.Equal, "a", false)]
    [InlineData("long", null, PartitionComparison.Less, "5", false)]
    [InlineData("long", "5", PartitionComparison.Equal, null, false)]
    public async Task Values_are_compared_by_their_type(string type, string? value, PartitionComparison comparison, string? with, bool matches)
    {
        var table = await TableOfAsync(type);

        var filter = new PartitionFilter([new PartitionTerm("p", comparison, with)]);

        Assert.Equal(matches, filter.MayMatch(new Dictionary<string, string?> { ["p"] = value }, table));
    }

    [Theory]
    [InlineData("long", "p", "many", "5")]
    [InlineData("date", "p", "2024-01-01", "someday")]
    [InlineData("long", "x", "5", "6")]
    [InlineData("long", "unknown", "5", "6")]
    public async Task What_cannot_be_compared_may_match(string type, string column, string value, string with)
    {
        var table = await TableOfAsync(type);

        var filter = PartitionFilter.Of(new Dictionary<string, string?> { [column] = with });

        Assert.True(filter.MayMatch(new Dictionary<string, string?> { ["p"] = value }, table));
    }

    [Fact]
    public async Task All_terms_have_to_be_met()
    {
        var table = await TableOfAsync("long");
        var filter = new PartitionFilter([new PartitionTerm("p", PartitionComparison.Greater, "1"), new PartitionTerm("p", PartitionComparison.Less, "4")]);

        Assert.Equal([false, true, true, false], new[] { "1", "2", "3", "4" }.Select(value => filter.MayMatch(new Dictionary<string, string?> { ["p"] = value }, table)));
        Assert.True(new PartitionFilter([]).MayMatch(new Dictionary<string, string?> { ["p"] = "1" }, table));
    }

    static async Task<TableState> TableOfAsync(string type)
    {
        var store = new MemoryObjectStore();
        var schema = $$$"""{"type":"struct","fields":[{"name":"x","type":"long","nullable":true,"metadata":{}},{"name":"p","type":"{{{type}}}","nullable":true,"metadata":{}}]}""";
        await store.PutAsync(TestTable.CommitPath(0), ActionJson.Write(
        [
            new() { Protocol = new TableProtocol { MinReaderVersion = 1, MinWriterVersion = 2 } },
            new() { MetaData = new TableMetadata { Id = "t", SchemaString = schema, PartitionColumns = ["p"] } },
        ]), Token);
        return (await DeltaTable.OpenAsync(store, "t", null, null, Token))!.Latest;
    }
}
