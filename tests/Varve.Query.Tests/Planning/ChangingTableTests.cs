using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Tables that change, rightly or not, under an engine that has read them.</summary>
public sealed class ChangingTableTests : IAsyncLifetime
{
    readonly TwoZones _zones = new();

    TestLake Lake => _zones.Lake;

    public ValueTask InitializeAsync() => _zones.InitializeAsync();

    public ValueTask DisposeAsync() => _zones.DisposeAsync();

    [Fact]
    public async Task Rows_committed_after_the_first_query_are_seen_by_the_next()
    {
        var request = new QueryRequest("SELECT count(*) FROM http_requests", "acme");
        var before = await Lake.QueryAsync(request, TestContext.Current.CancellationToken);
        await Lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "b2")], TestContext.Current.CancellationToken, zone: "b.example");
        await Lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "c1")], TestContext.Current.CancellationToken, zone: "c.example");

        var after = await Lake.QueryAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((3L, 5L), (before.Value, after.Value));
    }

    [Fact]
    public async Task Files_of_several_zones_come_newest_first_as_one()
    {
        await Lake.IngestAsync("http_requests", ["""{"EdgeStartTimestamp":"2026-04-05T00:00:00Z","RayID":"b9"}"""], TestContext.Current.CancellationToken, zone: "b.example");

        var sql = (await Lake.QueryAsync(new QueryRequest("SELECT RayID FROM http_requests", "acme"), TestContext.Current.CancellationToken)).Plan.EngineSql;

        Assert.True(sql.IndexOf("date=2026-04-05", StringComparison.Ordinal) < sql.IndexOf("date=2026-04-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_data_file_that_is_gone_is_an_error_and_never_a_smaller_answer()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Lake.StoreFolder, "accounts/acme/zones/b.example"), "*.parquet", SearchOption.AllDirectories))
            File.Delete(path);

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            Lake.QueryAsync(new QueryRequest("SELECT count(RayID) FROM http_requests", "acme"), TestContext.Current.CancellationToken));

        Assert.Equal((FaultKind.Corrupt, "file_unreadable"), (fault.Kind, fault.Detail?.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_data_file_that_was_cut_is_an_error(int bytes)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Lake.StoreFolder, "accounts/acme/zones/b.example"), "*.parquet", SearchOption.AllDirectories))
            await File.WriteAllBytesAsync(path, new byte[bytes], TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            Lake.QueryAsync(new QueryRequest("SELECT count(RayID) FROM http_requests", "acme"), TestContext.Current.CancellationToken));

        Assert.Equal((FaultKind.Corrupt, "file_unreadable"), (fault.Kind, fault.Detail?.Code));
    }
}
