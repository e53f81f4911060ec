using System.IO.Compression;
using System.Buffers.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Varve.Query.Planning;
using Varve.Query.Tests.Planning;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests;

/// <summary>An answer's rows can be had again, whatever was stored meanwhile.</summary>
public sealed class RerunTests
{
    static readonly Gen<object?> Values = Gen.OneOf(
        Gen.Const((object?)null), Gen.String.Select(text => (object?)System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text))), Gen.Long.Select(whole => (object?)whole),
        Gen.Double.Where(double.IsFinite).Select(real => (object?)real), Gen.OneOf(1.0, -0.0, 1e300).Select(real => (object?)real), Gen.Bool.Select(flag => (object?)flag),
        Gen.DateTime.Select(instant => (object?)new DateTimeOffset(instant.Ticks, TimeSpan.Zero)));

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rows_are_those_of_then_though_tables_grew_and_time_went_on()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        using var lake = new TestLake(clock: clock);
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "a1")], Token, zone: "a.example");
        const string Sql = "SELECT RayID, now() AS asked, $kind AS kind FROM http_requests ORDER BY RayID";
        var request = new QueryRequest(Sql, TestLake.Account) { Parameters = new Dictionary<string, object?> { ["kind"] = "x" } };

        string id;
        await using (var run = await lake.Engine.RunAsync(request, Token))
            id = RerunId.Of(run);
        var first = await RowsAsync(lake, RerunId.Read(id));
        clock.Advance(TimeSpan.FromHours(5));
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "a2")], Token, zone: "a.example");
        await lake.IngestAsync("http_requests", [TwoZones.Record("EdgeStartTimestamp", "b1")], Token, zone: "b.example");

        Assert.Equal(["a1 11/22/2026 10:00:00 x"], first);
        Assert.Equal(first, await RowsAsync(lake, RerunId.Read(id)));
        Assert.Equal(3, (await RowsAsync(lake, request)).Count);
        // The answer had again has the same id.
        await using var again = await lake.Engine.RunAsync(RerunId.Read(id), Token);
        Assert.Equal(id, RerunId.Of(again));
    }

    [Fact]
    public async Task A_table_that_is_gone_is_named()
    {
        using var lake = new TestLake();
        var id = RerunId.Of(
            new QueryRequest("SELECT count(*) FROM http_requests", TestLake.Account), [new PlannedTable($"accounts/{TestLake.Account}/zones/gone/http_requests", 3)]);

        var fault = await Assert.ThrowsAsync<VarveException>(() => lake.Engine.RunAsync(RerunId.Read(id), Token));

        Assert.Equal((FaultKind.NotFound, true), (fault.Kind, fault.Message.Contains("zones/gone/http_requests", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_read_is_what_was_written() =>
        (from sql in Gen.String.Select(text => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)))
         from values in Values.Array[0, 4]
         from version in Gen.Long[0, long.MaxValue]
         from start in Gen.DateTime
         select (sql, values, version, start)).Sample(each =>
        {
            var request = new QueryRequest(each.sql, "acme", "z")
            {
                From = new DateTimeOffset(each.start.Ticks, TimeSpan.Zero),
                Now = new DateTimeOffset(each.start.Ticks, TimeSpan.Zero),
                Parameters = each.values.Select((value, at) => new KeyValuePair<string, object?>($"{at}", value)).ToDictionary(),
            };

            var read = RerunId.Read(RerunId.Of(request, [new PlannedTable("t/é", each.version)]));

            Assert.Equal((request.Sql, request.Account, request.Zone, request.From, request.To, request.Now), (read.Sql, read.Account, read.Zone, read.From, read.To, read.Now));
            Assert.Equal(request.Parameters.OrderBy(each => each.Key), read.Parameters.OrderBy(each => each.Key));
            Assert.Equal([new("t/é", each.version)], read.AsOf!.Versions!);
        });

    [Theory]
    [InlineData("")]
    [InlineData("not an id!")]
    [InlineData("AAAA")]
    [InlineData("eJyrVipTsjLUUSouzFGyUlDSUUpMTs4vzSsBsqtyUpWsDEEAAA")]
    public void What_is_no_id_says_so(string id)
    {
        var fault = Assert.Throws<VarveException>(() => RerunId.Read(id));

        Assert.Equal((FaultKind.Invalid, "bad_rerun_id"), (fault.Kind, fault.Detail?.Code));
    }

    [Fact]
    public void A_changed_id_is_noticed_or_says_the_same()
    {
        const string Sql = "SELECT 1 FROM http_requests";
        var id = RerunId.Of(new QueryRequest(Sql, "acme"), [new PlannedTable("t", 1)]);
        var noticed = 0;
        for (var at = 0; at < id.Length; at++)
            try
            {
                // Some bits of the form mean nothing.
                var read = RerunId.Read(id[..at] + (id[at] == 'A' ? 'B' : 'A') + id[(at + 1)..]);
                Assert.Equal((Sql, "acme", 1L), (read.Sql, read.Account, read.AsOf!.Versions!["t"]));
            }
            catch (VarveException fault)
            {
                Assert.Equal("bad_rerun_id", fault.Detail?.Code);
                noticed++;
            }

        Assert.InRange(noticed, id.Length - 4, id.Length);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_id_and_what_it_stands_for_are_bound(int more, bool isRefused)
    {
        // The content is some bytes longer than the statement.
        var id = Packed(new string(' ', (1 << 20) + more));

        var fault = Assert.Throws<VarveException>(() => RerunId.Read(id));

        Assert.Equal(isRefused, fault.Message.Contains("holds more than", StringComparison.Ordinal));
        Assert.Contains("characters", Assert.Throws<VarveException>(() => RerunId.Read(new string('A', RerunId.LengthMax + 1))).Message, StringComparison.Ordinal);
    }

    static string Packed(string content)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        return Base64Url.EncodeToString(packed.ToArray());
    }

    static async Task<List<string>> RowsAsync(TestLake lake, QueryRequest request)
    {
        await using var run = await lake.Engine.RunAsync(request, Token);
        var rows = new List<string>();
        await foreach (var block in run.ReadAsync(Token))
            for (var row = 0; row < block.Count; row++)
                rows.Add(string.Join(' ', block.Columns.Select(column => FormattableString.Invariant($"{column[row]}"))));
        return rows;
    }
}
