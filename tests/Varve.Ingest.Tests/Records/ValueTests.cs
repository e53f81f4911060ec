using System.Text.Json;

namespace Varve.Ingest.Tests.Records;

/// <summary>What becomes of each form of value: in the column, or null there and kept in _extra.</summary>
public sealed class ValueTests
{
    [Theory]
    // Integers.
    [InlineData("BotScore", "20", "20")]
    [InlineData("BotScore", "\"20\"", "20")]
    [InlineData("BotScore", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("BotScore", "20.0", "20")]
    [InlineData("BotScore", "2e2", "200")]
    [InlineData("BotScore", "\"020\"", null)]
    [InlineData("BotScore", "20.5", null)]
    [InlineData("BotScore", "9223372036854775808", null)]
    [InlineData("BotScore", "\"\"", null)]
    [InlineData("BotScore", "true", null)]
    [InlineData("BotScore", "[1]", null)]
    // Floats.
    [InlineData("EdgeResponseCompressionRatio", "0", "0")]
    [InlineData("EdgeResponseCompressionRatio", "2.25", "2.25")]
    [InlineData("EdgeResponseCompressionRatio", "\"2.25\"", "2.25")]
    [InlineData("EdgeResponseCompressionRatio", "\"NaN\"", null)]
    [InlineData("EdgeResponseCompressionRatio", "{}", null)]
    // Booleans.
    [InlineData("CacheTieredFill", "true", "true")]
    [InlineData("CacheTieredFill", "\"False\"", "false")]
    [InlineData("CacheTieredFill", "1", null)]
    [InlineData("CacheTieredFill", "\"yes\"", null)]
    // Texts.
    [InlineData("ClientRequestPath", "\"/\"", "\"/\"")]
    [InlineData("ClientRequestPath", "\"\"", "\"\"")]
    [InlineData("ClientRequestPath", "\"\\u00e9\\n\\\"\\\\\"", "\"é\\n\\\"\\\\\"")]
    [InlineData("ClientRequestPath", "\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("ClientRequestPath", "\"\\u0000\"", "\"\\u0000\"")]
    [InlineData("ClientRequestPath", "12", "\"12\"")]
    [InlineData("ClientRequestPath", "\"\\ud800\"", null)]
    [InlineData("ClientRequestPath", "{\"a\":1}", null)]
    // Lists.
    [InlineData("BotTags", "[\"a\",\"b\"]", "[\"a\",\"b\"]")]
    [InlineData("BotTags", "[]", "[]")]
    [InlineData("BotTags", "[null,\"a\"]", "[null,\"a\"]")]
    [InlineData("BotTags", "\"[]\"", "[]")]
    [InlineData("BotTags", "\"bing\"", "[\"bing\"]")]
    [InlineData("BotTags", "[1]", null)]
    [InlineData("BotTags", "7", null)]
    [InlineData("BotDetectionIDs", "[1,2]", "[1,2]")]
    [InlineData("BotDetectionIDs", "[\"x\"]", null)]
    // Maps.
    [InlineData("RequestHeaders", "{\"x-a\":\"1\",\"x-b\":\"\"}", "{\"x-a\":\"1\",\"x-b\":\"\"}")]
    [InlineData("RequestHeaders", "{}", "{}")]
    [InlineData("RequestHeaders", "{\"x\":[\"1\",\"2\"]}", "{\"x\":\"[\\\"1\\\",\\\"2\\\"]\"}")]
    [InlineData("RequestHeaders", "{\"x\":null}", "{\"x\":null}")]
    [InlineData("RequestHeaders", "{\"x\":\"1\",\"x\":\"2\"}", null)]
    [InlineData("RequestHeaders", "[]", null)]
    // Any JSON.
    [InlineData("JA4Signals", "{\"a\":[1,{\"b\":null}]}", "{\"a\":[1,{\"b\":null}]}")]
    [InlineData("JA4Signals", "\"text\"", "\"text\"")]
    // Instants.
    [InlineData("EdgeEndTimestamp", "\"2026-11-22T10:00:00.5+01:00\"", "\"2026-11-22T09:00:00.500Z\"")]
    [InlineData("EdgeEndTimestamp", "1786017600123456789", "\"2026-08-06T12:00:00.123456Z\"")]
    [InlineData("EdgeEndTimestamp", "\"1653485126\"", "\"2022-05-25T13:25:26Z\"")]
    [InlineData("EdgeEndTimestamp", "0", null)]
    [InlineData("EdgeEndTimestamp", "\"yesterday\"", null)]
    public async Task A_value_is_in_its_column_or_kept_beside_a_null(string field, string sent, string? stored)
    {
        using var harness = new IngestHarness();

        await harness.IngestAsync($$"""{"EdgeStartTimestamp":"2026-11-22T10:00:00Z","{{field}}":{{sent}}}""");

        var row = Assert.Single(await harness.QueryAsync($"SELECT {field} AS value, _extra FROM http_requests"));
        var (value, extra) = (row.GetProperty("value"), row.GetProperty("_extra"));
        if (stored is not null)
        {
            Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(stored).RootElement, value), $"{value} instead of {stored}");
            Assert.Equal(JsonValueKind.Null, extra.ValueKind);
        }
        else
        {
            Assert.Equal(JsonValueKind.Null, value.ValueKind);
            Assert.Equal(sent, extra.GetProperty(field).GetRawText());
        }
    }

    [Fact]
    public async Task Fields_that_the_dataset_does_not_have_are_kept()
    {
        using var harness = new IngestHarness();

        await harness.IngestAsync("""{"EdgeStartTimestamp":1786017600,"WAFAction":"block","odd \"name\"":[1, 2],"none":null}""");

        var row = Assert.Single(await harness.QueryAsync("SELECT _extra, _extra.WAFAction AS waf FROM http_requests"));
        Assert.Equal("block", row.GetProperty("waf").GetString());
        Assert.Equal(["WAFAction", "odd \"name\"", "none"], row.GetProperty("_extra").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Names_match_in_any_case_and_the_last_of_two_values_counts()
    {
        using var harness = new IngestHarness();

        await harness.IngestAsync("""{"edgestarttimestamp":"2026-11-22T10:00:00Z","RAYID":"r","ClientIP":"192.0.2.1","ClientIP":"192.0.2.2"}""");

        var row = Assert.Single(await harness.QueryAsync("SELECT RayID, ClientIP, _extra FROM http_requests"));
        Assert.Equal(("r", "192.0.2.2"), (row.GetProperty("RayID").GetString(), row.GetProperty("ClientIP").GetString()));
        Assert.Equal("192.0.2.1", row.GetProperty("_extra").GetProperty("ClientIP").GetString());
    }

    [Theory]
    [InlineData("""{"RayID":"r"}""", null)]
    [InlineData("""{"RayID":"r","EdgeStartTimestamp":2}""", "2")]
    [InlineData("""{"RayID":"r","EdgeStartTimestamp":"soon"}""", "\"soon\"")]
    [InlineData("""{"RayID":"r","EdgeStartTimestamp":null}""", null)]
    public async Task A_record_without_a_usable_timestamp_gets_its_arrival_and_a_note(string line, string? kept)
    {
        using var harness = new IngestHarness();

        await harness.IngestAsync(line);

        var row = Assert.Single(await harness.QueryAsync("SELECT EdgeStartTimestamp, _ingested_at, _extra FROM http_requests"));
        Assert.Equal("2026-11-22T12:00:00Z", row.GetProperty("EdgeStartTimestamp").GetString());
        Assert.Equal("2026-11-22T12:00:00Z", row.GetProperty("_ingested_at").GetString());
        Assert.Equal("arrival", row.GetProperty("_extra").GetProperty("_timestamp").GetString());
        Assert.Equal(kept, row.GetProperty("_extra").TryGetProperty("EdgeStartTimestamp", out var original) ? original.GetRawText() : null);
    }
}
