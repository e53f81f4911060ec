using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Varve.Query.Formats;
using Varve.TestKit;

namespace Varve.Query.Tests.Formats;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData(0, "2026-04-01T00:00:00Z")]
    [InlineData(1_000_000, "2026-04-01T00:00:01Z")]
    [InlineData(500_000, "2026-04-01T00:00:00.500Z")]
    [InlineData(1_000, "2026-04-01T00:00:00.001Z")]
    [InlineData(1, "2026-04-01T00:00:00.000001Z")]
    [InlineData(999_999, "2026-04-01T00:00:00.999999Z")]
    [InlineData(-1, "2026-03-31T23:59:59.999999Z")]
    public void An_instant_has_as_many_digits_as_it_needs(long microseconds, string expected) =>
        Assert.Equal(expected, ValueText.Instant(new DateTime(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(microseconds)));

    [Theory]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740992", "\"9007199254740992\"")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("-9007199254740992", "\"-9007199254740992\"")]
    public void Integers_that_a_double_cannot_hold_are_quoted_for_those_who_ask(string number, string expected)
    {
        Assert.Equal(expected, Json(long.Parse(number, CultureInfo.InvariantCulture), quoteLargeIntegers: true));
        Assert.Equal(expected, Json(BigInteger.Parse(number, CultureInfo.InvariantCulture), quoteLargeIntegers: true));
        Assert.Equal($"[{expected}]", Json(new object?[] { long.Parse(number, CultureInfo.InvariantCulture) }, quoteLargeIntegers: true));
        Assert.Equal(number, Json(long.Parse(number, CultureInfo.InvariantCulture), quoteLargeIntegers: false));
    }

    [Fact]
    public async Task What_was_ingested_comes_out_again()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests",
        [
            """
            {"EdgeStartTimestamp":"2026-04-01T00:00:00.25Z","RayID":"a\"\n\u0001é","EdgeResponseBytes":9223372036854775807,"EdgeResponseCompressionRatio":0.1,"CacheTieredFill":false,"BotTags":["x",null],"BotDetectionIDs":[1,null],"RequestHeaders":{"k":"v","n":null},"JA4Signals":{"a":[1, 2]},"Unknown":{"b":1}}
            """,
        ], TestContext.Current.CancellationToken);
        const string Sql = "SELECT RayID, EdgeStartTimestamp, date, EdgeResponseBytes, EdgeResponseCompressionRatio AS r, CacheTieredFill, BotTags, BotDetectionIDs, "
            + "RequestHeaders, JA4Signals, _extra, ClientIP, 'nan'::DOUBLE AS nan, sum(EdgeResponseBytes) * 2 AS big, [[1, NULL]] AS nested FROM http_requests GROUP BY ALL";

        await using var run = await lake.Engine.RunAsync(new QueryRequest(Sql, TestLake.Account), TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        await new NdjsonFormat().WriteAsync(run, output, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            {"RayID":"a\"\n\u0001é","EdgeStartTimestamp":"2026-04-01T00:00:00.250Z","date":"2026-04-01","EdgeResponseBytes":9223372036854775807,"r":0.1,"CacheTieredFill":false,"BotTags":["x",null],"BotDetectionIDs":[1,null],"RequestHeaders":{"k":"v","n":null},"JA4Signals":{"a":[1, 2]},"_extra":{"Unknown":{"b":1}},"ClientIP":null,"nan":"NaN","big":18446744073709551614,"nested":[[1,null]]}

            """,
            Encoding.UTF8.GetString(output.ToArray()));
    }

    static string Json(object value, bool quoteLargeIntegers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ValueText.JsonOptions))
            ValueText.WriteJson(writer, value, ColumnType.Int, quoteLargeIntegers);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
