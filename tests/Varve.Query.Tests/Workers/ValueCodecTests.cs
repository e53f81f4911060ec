using System.Numerics;
using CsCheck;
using Varve.Query.Formats;
using Varve.Query.Workers;

namespace Varve.Query.Tests.Workers;

public sealed class ValueCodecTests
{
    /// <summary>The engine's texts are valid UTF-8.</summary>
    static readonly Gen<string> Texts = Gen.String.Select(text => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)));

    static readonly Gen<object?> LargeWholes =
        from high in Gen.Long
        from low in Gen.ULong
        select (object?)((new BigInteger(high) << 64) + low);

    static readonly Gen<object?> Scalars = Gen.OneOf(
        Gen.Const((object?)null), Texts.Select(text => (object?)text), Gen.Long.Select(whole => (object?)whole),
        Gen.OneOf(0L, 1L, -1L, long.MinValue, long.MaxValue).Select(whole => (object?)whole), LargeWholes,
        Gen.Double.Select(real => (object?)real), Gen.OneOf(double.NaN, double.PositiveInfinity, -0.0).Select(real => (object?)real), Gen.Bool.Select(flag => (object?)flag),
        Gen.DateTime.Select(instant => (object?)DateTime.SpecifyKind(instant, DateTimeKind.Utc)), Gen.Int[0, 3_000_000].Select(day => (object?)DateOnly.FromDayNumber(day)));

    static readonly Gen<object?> Lists =
        from items in Scalars.Array[0, 5]
        from inner in Scalars.Array[0, 3]
        select (object?)items.Append(inner).ToArray();

    static readonly Gen<object?> Maps =
        from keys in Texts.Array[0, 4]
        from values in Gen.OneOf(Gen.Const((string?)null), Texts.Select(text => (string?)text)).Array[4]
        select (object?)keys.Distinct().Zip(values).ToDictionary(entry => entry.First, entry => entry.Second);

    static readonly Gen<object?> Values = Gen.OneOf(Scalars, Scalars, Lists, Maps);

    static readonly Gen<RowBlock> Blocks =
        from rows in Gen.Int[0, 20]
        from columns in Gen.Int[0, 6]
        from values in Values.Array[rows].Array[columns]
        select new RowBlock(rows, values);

    [Fact]
    public void What_is_read_is_what_was_written() =>
        Blocks.Sample(block =>
        {
            var read = RoundTrip(block);

            Assert.Equal((block.Count, block.Columns.Count), (read.Count, read.Columns.Count));
            for (var column = 0; column < block.Columns.Count; column++)
                for (var row = 0; row < block.Count; row++)
                {
                    var (expected, actual) = (block.Columns[column][row], read.Columns[column][row]);
                    // Maps come back as maps of another type: what counts is how they are written.
                    Assert.Equal(ValueText.Text(expected), ValueText.Text(actual));
                    if (expected is not System.Collections.IEnumerable)
                        Assert.Equal((expected, expected?.GetType()), (actual, actual?.GetType()));
                    if (expected is DateTime)
                        Assert.Equal(DateTimeKind.Utc, ((DateTime)actual!).Kind);
                }
        });

    [Fact]
    public void A_block_that_is_not_full_holds_only_its_rows()
    {
        var read = RoundTrip(new RowBlock(2, [new object?[] { 1L, "a", "not a row" }]));

        Assert.Equal([1L, "a"], read.Columns[0]);
    }

    static RowBlock RoundTrip(RowBlock block)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        ValueCodec.Write(writer, block);
        writer.Flush();
        buffer.Position = 0;
        using var reader = new BinaryReader(buffer);
        var read = ValueCodec.Read(reader);
        Assert.Equal(buffer.Length, buffer.Position);
        return read;
    }
}
