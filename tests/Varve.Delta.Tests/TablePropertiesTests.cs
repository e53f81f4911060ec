using System.Text.Json;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests;

public sealed class TablePropertiesTests
{
    [Fact]
    public void What_is_absent_has_the_protocols_default()
    {
        var properties = Of();

        Assert.Equal((false, 10, CheckpointPolicy.Classic), (properties.AppendOnly, properties.CheckpointInterval, properties.CheckpointPolicy));
        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromDays(7), null), (properties.LogRetention, properties.DeletedFileRetention, properties.SetTransactionRetention));
        Assert.Equal((true, true, false), (properties.EnableExpiredLogCleanup, properties.WriteStatsAsJson, properties.WriteStatsAsStruct));
        Assert.Equal((32, null, "zstd", "none"), (properties.DataSkippingNumIndexedCols, properties.DataSkippingStatsColumns, properties.Codec, properties.ColumnMappingMode));
        Assert.Equal((false, null, 0), (properties.EnableInCommitTimestamps, properties.InCommitTimestampEnablementVersion, properties.RequireCheckpointProtectionBeforeVersion));
    }

    [Fact]
    public void What_is_set_is_read()
    {
        var properties = Of(
            ("delta.appendOnly", "TRUE"), ("delta.checkpointInterval", "100"), ("delta.checkpointPolicy", "v2"), ("delta.logRetentionDuration", "interval 2 weeks"),
            ("delta.deletedFileRetentionDuration", "36 hours"), ("delta.setTransactionRetentionDuration", "interval 1 day"), ("delta.enableExpiredLogCleanup", "false"),
            ("delta.checkpoint.writeStatsAsJson", "false"), ("delta.checkpoint.writeStatsAsStruct", "true"), ("delta.dataSkippingNumIndexedCols", "-1"),
            ("delta.parquet.compression.codec", "SNAPPY"));

        Assert.Equal((true, 100, CheckpointPolicy.V2), (properties.AppendOnly, properties.CheckpointInterval, properties.CheckpointPolicy));
        Assert.Equal((TimeSpan.FromDays(14), TimeSpan.FromHours(36), TimeSpan.FromDays(1)), (properties.LogRetention, properties.DeletedFileRetention, properties.SetTransactionRetention));
        Assert.Equal((false, false, true), (properties.EnableExpiredLogCleanup, properties.WriteStatsAsJson, properties.WriteStatsAsStruct));
        Assert.Equal((-1, "snappy"), (properties.DataSkippingNumIndexedCols, properties.Codec));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("many")]
    [InlineData("99999999999")]
    public void A_number_that_is_none_counts_as_absent(string text) => Assert.Equal(10, Of(("delta.checkpointInterval", text)).CheckpointInterval);

    [Fact]
    public void Nothing_is_deleted_by_an_interval_that_is_none()
    {
        var fault = Assert.Throws<VarveException>(() => Of(("delta.logRetentionDuration", "interval 1 month")).LogRetention);

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("delta.logRetentionDuration is 'interval 1 month'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interval 1 week", 7 * 86_400_000.0)]
    [InlineData(" INTERVAL  2 hours 30 Minutes ", 9_000_000.0)]
    [InlineData("1 day -1 hours", 23 * 3_600_000.0)]
    [InlineData("5 seconds 6 milliseconds 7 microseconds", 5_006.007)]
    [InlineData("0 days", 0.0)]
    public void An_interval_is_read(string text, double milliseconds)
    {
        Assert.True(TableProperties.TryParseInterval(text, out var interval));
        Assert.Equal(milliseconds, interval.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("interval")]
    [InlineData("30")]
    [InlineData("days 30")]
    [InlineData("interval 1 month")]
    [InlineData("interval 1 year 2 days")]
    [InlineData("-1 days")]
    [InlineData("1.5 days")]
    [InlineData("99999999999999 weeks")]
    public void What_is_no_interval_is_not_read(string text) => Assert.False(TableProperties.TryParseInterval(text, out _));

    [Fact]
    [Trait("category", "conformance")]
    public void The_intervals_of_the_test_vectors_are_read_as_they_say()
    {
        var path = TestData.At("delta", "vectors", "spec.json");
        Assert.SkipWhen(path is null, TestData.Missing);
        using var spec = JsonDocument.Parse(File.ReadAllBytes(path));

        foreach (var vector in spec.RootElement.GetProperty("intervals").EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            var read = TableProperties.TryParseInterval(text, out var interval);
            Assert.True(read == vector.TryGetProperty("ms", out var ms), text);
            Assert.Equal(read ? ms.GetDouble() : 0, interval.TotalMilliseconds);
        }
    }

    static TableProperties Of(params ReadOnlySpan<(string Name, string Value)> properties) =>
        new(properties.ToArray().ToDictionary(property => property.Name, property => property.Value));
}
