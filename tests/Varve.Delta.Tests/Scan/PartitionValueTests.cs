using System.Globalization;
using System.Text.Json;
using CsCheck;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Delta.Tests.Pruning;
using Varve.TestKit;

namespace Varve.Delta.Tests.Scan;

public sealed class PartitionValueTests
{
    [Fact]
    public void A_value_is_read_back_from_its_text_whatever_its_type()
    {
        var any = AnyValues.Pick(AnyValues.Types).SelectMany(type => AnyValues.Of(type).Select(value => (type, value)));

        any.Sample(pair =>
        {
            var type = new DeltaType.Primitive(pair.type);
            if (PartitionValue.Format(pair.value, type) is { } text)
                Assert.Equal(pair.value, PartitionValue.TryRead(text, type));
            else
                Assert.True(pair.value.Bytes.IsEmpty && pair.value.Kind is DeltaValueKind.String or DeltaValueKind.Binary);
        }, iter: 20_000, threads: 1);
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(100.0, "100.0")]
    [InlineData(9999999.0, "9999999.0")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(1.25e10, "1.25E10")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00012, "1.2E-4")]
    [InlineData(-1e-69, "-1.0E-69")]
    [InlineData(1e23, "1.0E23")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157E308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_floating_point_number_is_written_as_java_writes_it(double value, string text) =>
        Assert.Equal(text, PartitionValue.Format(DeltaValue.Of(value), DeltaType.Double));

    [Theory]
    [InlineData("2024-01-01 00:00:00", "2024-01-01T00:00:00.000000Z")]
    [InlineData("2024-01-01 01:00:00+01:00", "2024-01-01T00:00:00.000000Z")]
    [InlineData("2024-01-01", "2024-01-01T00:00:00.000000Z")]
    public void Texts_of_one_instant_are_one_value(string text, string same) =>
        Assert.Equal(PartitionValue.TryRead(same, DeltaType.Timestamp), PartitionValue.TryRead(text, DeltaType.Timestamp));

    [Fact]
    [Trait("category", "conformance")]
    public void Values_are_written_and_read_as_the_protocol_has_them()
    {
        var file = TestData.At("delta", "vectors", "spec.json");
        Assert.SkipWhen(file is null, TestData.Missing);
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var cases = document.RootElement.GetProperty("partitionValues").EnumerateArray().ToList();

        Assert.NotEmpty(cases);
        foreach (var vector in cases)
        {
            var type = new DeltaType.Primitive(vector.GetProperty("type").GetString()!);
            var value = ValueText.Parse(vector.GetProperty("value") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Raw(vector), type);
            var serialized = vector.GetProperty("serialized").GetString()!;
            if (serialized.Length == 0)
            {
                Assert.Null(PartitionValue.Format(value, type));
                continue;
            }

            Assert.Equal(serialized, PartitionValue.Format(value, type));
            Assert.Equal(value, PartitionValue.TryRead(serialized, type));
            if (vector.TryGetProperty("alsoReads", out var others))
                foreach (var other in others.EnumerateArray())
                    Assert.Equal(value, PartitionValue.TryRead(other.GetString()!, type));
        }
    }

    static string Raw(JsonElement vector) => vector.GetProperty("value").GetRawText().ToString(CultureInfo.InvariantCulture);
}
