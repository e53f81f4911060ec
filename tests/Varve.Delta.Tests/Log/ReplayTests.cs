using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class ReplayTests
{
    readonly MemoryObjectStore _store = new();
    long _next;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_remove_and_an_add_of_one_path_in_one_commit_leave_the_file_whatever_their_order()
    {
        await WriteAsync(TestTable.FirstLines + "\n" + Add("a", 1) + "\n" + Add("b", 1));

        await WriteAsync(Remove("a") + "\n" + Add("a", 2) + "\n" + Add("b", 2) + "\n" + Remove("b"));

        var snapshot = await LoadAsync();
        Assert.Equal([("a", 2L), ("b", 2L)], snapshot.Files.Select(pair => (pair.Key, pair.Value.Size)).Order());
        Assert.Empty(snapshot.Tombstones);
    }

    [Fact]
    public async Task A_file_is_added_removed_and_added_again_in_several_commits()
    {
        await WriteAsync(TestTable.FirstLines);
        await WriteAsync(Add("a", 1));
        await WriteAsync(Remove("a"));
        await WriteAsync(Add("a", 2));
        var table = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!;

        var removed = await table.LoadAsync(2, Token);
        var again = await table.LoadAsync(3, Token);

        Assert.Equal(1, Assert.Single((await table.LoadAsync(1, Token)).Files).Value.Size);
        Assert.Empty(removed.Files);
        Assert.Equal(["a"], removed.Tombstones.Keys.Select(key => key.Path));
        Assert.Equal(2, Assert.Single(again.Files).Value.Size);
        Assert.Empty(again.Tombstones);
    }

    [Fact]
    public async Task Paths_are_decoded_once_to_compare_them()
    {
        await WriteAsync(TestTable.FirstLines);
        await WriteAsync(Add("p=a%20b/x", 1) + "\n" + Add("p=a%2520b/x", 2) + "\n" + Add("c d", 3));

        await WriteAsync(Remove("p=a b/x") + "\n" + Remove("c%20d"));

        Assert.Equal(["p=a%20b/x"], (await LoadAsync()).Files.Keys);
    }

    [Fact]
    public async Task A_remove_of_what_was_never_added_is_only_a_tombstone()
    {
        await WriteAsync(TestTable.FirstLines + "\n" + Remove("a"));

        var snapshot = await LoadAsync();

        Assert.Empty(snapshot.Files);
        Assert.Equal(["a"], snapshot.Tombstones.Keys.Select(key => key.Path));
    }

    [Fact]
    public async Task The_latest_metadata_protocol_transactions_and_domains_win()
    {
        await WriteAsync(TestTable.FirstLines + """

            {"txn":{"appId":"a","version":1}}
            {"txn":{"appId":"b","version":7}}
            {"domainMetadata":{"domain":"d","configuration":"1","removed":false}}
            {"domainMetadata":{"domain":"e","configuration":"1","removed":false}}
            """);
        await WriteAsync("""
            {"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["domainMetadata"]}}
            {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"long\"},{\"name\":\"y\",\"type\":\"string\"}]}","partitionColumns":["y"],"configuration":{"k":"v"}}}
            {"txn":{"appId":"a","version":2}}
            {"domainMetadata":{"domain":"d","configuration":"2","removed":false}}
            {"domainMetadata":{"domain":"e","configuration":"","removed":true}}
            """);

        var snapshot = await LoadAsync();

        Assert.Equal(7, snapshot.Protocol.MinWriterVersion);
        Assert.Equal(["domainMetadata"], snapshot.Protocol.WriterFeatures);
        Assert.Equal(["x", "y"], snapshot.Schema.Fields.Select(field => field.Name));
        Assert.Equal(["y"], snapshot.Metadata.PartitionColumns);
        Assert.Equal("v", snapshot.Metadata.Configuration["k"]);
        Assert.Equal([("a", 2L), ("b", 7L)], snapshot.Transactions.Values.Select(txn => (txn.AppId, txn.Version)).Order());
        Assert.Equal("2", snapshot.Domains["d"].Configuration);
        Assert.DoesNotContain(snapshot.Domains.Values, domain => domain is { Domain: "e", Removed: false });
    }

    [Fact]
    public async Task A_transaction_may_go_back_when_the_log_says_so()
    {
        await WriteAsync(TestTable.FirstLines + "\n" + """{"txn":{"appId":"a","version":9}}""");

        await WriteAsync("""{"txn":{"appId":"a","version":3}}""");

        Assert.Equal(3, (await LoadAsync()).Transactions["a"].Version);
    }

    [Fact]
    public async Task A_refresh_sees_what_others_wrote_and_never_goes_back()
    {
        await WriteAsync(TestTable.FirstLines);
        var table = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!;
        var first = table.Latest;
        await WriteAsync(Add("a", 1));
        await WriteAsync("""{"protocol":{"minReaderVersion":1,"minWriterVersion":1}}""" + "\n" + Add("b", 1));

        var refreshed = await table.RefreshAsync(Token);

        Assert.Equal(2, refreshed.Version);
        Assert.Equal(["a", "b"], refreshed.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Same(refreshed, table.Latest);
        Assert.Same(refreshed, await table.RefreshAsync(Token));
        Assert.Equal(0, first.Version);
        Assert.Empty(first.Files);
    }

    static string Add(string path, long size) =>
        $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":{{{size}}},"modificationTime":0,"dataChange":true}}""";

    static string Remove(string path) => $$$"""{"remove":{"path":"{{{path}}}","deletionTimestamp":1,"dataChange":true}}""";

    Task WriteAsync(string text) => TestTable.WriteCommitAsync(_store, _next++, text, Token);

    async Task<Snapshot> LoadAsync() => (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!.Latest;
}
