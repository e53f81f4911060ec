using Microsoft.Extensions.Time.Testing;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Tables as they were.</summary>
public sealed class AsOfTests : IAsyncLifetime
{
    readonly TwoZones _zones = new();

    TestLake Lake => _zones.Lake;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _zones.InitializeAsync();

    public ValueTask DisposeAsync() => _zones.DisposeAsync();

    [Fact]
    public async Task A_version_of_one_table_is_read_as_it_was()
    {
        await Lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "b2")], Token, zone: "b.example");

        Assert.Equal((1L, 2L), (await CountAsync("b.example", new AsOf(null, 1)), await CountAsync("b.example", new AsOf(null, 2))));
        var beyond = await Assert.ThrowsAsync<VarveException>(() => CountAsync("b.example", new AsOf(null, 3)));
        Assert.Equal(FaultKind.NotFound, beyond.Kind);
    }

    [Fact]
    public async Task A_version_of_several_tables_is_refused_with_what_to_do()
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => CountAsync(null, new AsOf(null, 1)));

        Assert.Equal((FaultKind.Invalid, true), (fault.Kind, fault.Message.Contains("name one zone", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task At_a_time_each_table_is_at_its_version_of_then_and_later_ones_are_not_there()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        using var lake = new TestLake(clock: clock);
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "a1")], Token, zone: "a.example");
        clock.Advance(TimeSpan.FromHours(2));
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "a2")], Token, zone: "a.example");
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "b1")], Token, zone: "b.example");

        foreach (var (hour, rows) in new[] { (9, 0L), (11, 1L), (13, 3L), (30, 3L) })
        {
            var time = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero).AddHours(hour);
            Assert.Equal(rows, (await lake.QueryAsync(new QueryRequest("SELECT count(*) FROM http_requests", "acme") { AsOf = new AsOf(time, null) }, Token)).Value);
        }
    }

    [Theory]
    [InlineData("42", null, 42L)]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000Z", null)]
    [InlineData("2026-11-22T12:00:00.5+02:00", "2026-11-22T10:00:00.500000Z", null)]
    public void A_time_or_a_version_is_read_from_text(string text, string? time, long? version)
    {
        var asOf = AsOf.Parse(text);

        Assert.Equal((version, time ?? $"{version}"), (asOf.Version, asOf.ToString()));
        Assert.Equal(asOf, AsOf.Parse(asOf.ToString()));
    }

    [Fact]
    public async Task Each_table_is_read_at_the_version_that_is_named_for_it_and_no_other_table_is()
    {
        await Lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "b2")], Token, zone: "b.example");

        Assert.Equal(1L, await CountAsync(null, AsOf.Parse("accounts/acme/zones/b.example/http_requests@1")));
        Assert.Equal(2L, await CountAsync(null, AsOf.Parse("accounts/acme/zones/b.example/http_requests@2")));
        var both = AsOf.Parse("accounts/acme/zones/a.example/http_requests@1,accounts/acme/zones/b.example/http_requests@2");
        Assert.Equal(4L, await CountAsync(null, both));
        Assert.Equal(both.ToString(), AsOf.Parse(both.ToString()).ToString());
        var gone = await Assert.ThrowsAsync<VarveException>(() => CountAsync(null, AsOf.Parse("accounts/acme/zones/c.example/http_requests@1")));
        Assert.Contains("c.example", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_tables_can_be_named()
    {
        string Named(int tables) => string.Join(',', Enumerable.Range(0, tables).Select(table => $"t{table}@1"));

        Assert.StartsWith("t0@1,t1@1", AsOf.Parse(Named(1_000)).ToString(), StringComparison.Ordinal);
        Assert.Throws<VarveException>(() => AsOf.Parse(Named(1_001)));
    }

    [Theory]
    [InlineData("@1")]
    [InlineData("t@")]
    [InlineData("t@x")]
    [InlineData("t@1,")]
    [InlineData("t@1,t@2")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("yesterday")]
    [InlineData("10:00")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_refused(string text) => Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => AsOf.Parse(text)).Kind);

    async Task<object?> CountAsync(string? zone, AsOf asOf) =>
        (await Lake.QueryAsync(new QueryRequest("SELECT count(*) FROM http_requests", "acme", zone) { AsOf = asOf }, Token)).Value;
}
