using CsCheck;
using Varve.Delta.Pruning;

namespace Varve.Delta.Tests.Pruning;

/// <summary>Values of every type: near each other, so that they meet, and extreme ones.</summary>
static class AnyValues
{
    public const string Decimal = "decimal(20,3)";
    public const string WideDecimal = "decimal(38,10)";

    public static readonly string[] Types =
    [
        "boolean", "byte", "short", "integer", "long", "float", "double", Decimal, WideDecimal, "string", "binary", "date", "timestamp", "timestamp_ntz",
    ];

    // 0001-01-01 and 9999-12-31.
    const int DayMin = -719_162;
    const int DayMax = 2_932_896;
    const long MicrosecondsOfDay = 86_400_000_000;

    public static Gen<DeltaValue> Of(string type) => type switch
    {
        "boolean" => Gen.Bool.Select(DeltaValue.Of),
        "byte" => Whole(sbyte.MinValue, sbyte.MaxValue),
        "short" => Whole(short.MinValue, short.MaxValue),
        "integer" => Whole(int.MinValue, int.MaxValue),
        "long" => Gen.OneOf(Whole(long.MinValue, long.MaxValue), Gen.Long[(1L << 53) - 2, (1L << 53) + 2].Select(DeltaValue.Of)),
        "float" => Gen.OneOf(Real(), Gen.Single.Select(value => DeltaValue.Of((double)value)), Pick(1.1f, 0.1f, float.MaxValue, float.Epsilon).Select(value => DeltaValue.Of((double)value))),
        "double" => Gen.OneOf(Real(), Gen.Double.Select(DeltaValue.Of), Pick(1.1, 0.1, double.MaxValue, double.Epsilon, 1e300).Select(DeltaValue.Of)),
        Decimal => Scaled(3, 20),
        WideDecimal => Scaled(10, 38),
        "string" => Text.Select(DeltaValue.Of),
        "binary" => Gen.Byte.Array[0, 4].Select(DeltaValue.OfBinary),
        "date" => Gen.OneOf(Gen.Int[-3, 3], Gen.Int[DayMin, DayMax], Pick(DayMin, DayMax)).Select(DeltaValue.OfDate),
        "timestamp" => Microseconds.Select(DeltaValue.OfTimestamp),
        _ => Microseconds.Select(DeltaValue.OfTimestampNtz),
    };

    /// <summary>One of the values.</summary>
    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    static Gen<string> Text { get; } = Gen.OneOf(
        Pick("", "a", "b", "ab", "a'b", "é", "\uE000", "😀", "\U0010FFFF", new string('a', 40), new string('a', 31) + "😀tail"),
        Gen.Char['a', 'c'].Array[0, 3].Select(characters => new string(characters)));

    static Gen<long> Microseconds { get; } = Gen.OneOf(
        Gen.Long[-3, 3], Gen.Long[0, 3_000], Gen.Long[DayMin * MicrosecondsOfDay, (DayMax + 1) * MicrosecondsOfDay - 1],
        Pick(DayMin * MicrosecondsOfDay, ((DayMax + 1) * MicrosecondsOfDay) - 1));

    static Gen<DeltaValue> Whole(long min, long max) => Gen.OneOf(Gen.Long[-3, 3], Gen.Long[min, max], Pick(min, max)).Select(DeltaValue.Of);

    static Gen<DeltaValue> Real() =>
        Gen.OneOf(Gen.Int[-3, 3].Select(value => (double)value), Pick(-0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity)).Select(DeltaValue.Of);

    static Gen<DeltaValue> Scaled(int scale, int precision)
    {
        var max = DeltaValue.PowerOfTen(precision) - 1;
        return Gen.OneOf(
            Gen.Int[-3, 3].Select(value => (Int128)value), Gen.Long.Select(value => (Int128)value % (max + 1)), Pick(max, -max, max - 1))
            .Select(value => DeltaValue.OfDecimal(value, scale));
    }
}
