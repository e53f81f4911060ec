using CsCheck;
using Varve.Delta.Scan;
using Varve.Storage;

namespace Varve.Delta.Tests.Scan;

public sealed class DeletionVectorTests
{
    // Single rows far apart and close together, and stretches long enough for every kind of container.
    static readonly Gen<long[]> Rows = Gen.OneOf(
        Gen.Long[0, 1L << 40].Array[0, 50],
        Gen.Long[0, 200_000].Array[0, 200],
        Gen.Select(Gen.Long[0, 1L << 34], Gen.Int[1, 70_000], Gen.Int[1, 3], (start, length, step) =>
            Enumerable.Range(0, length).Select(i => start + ((long)i * step)).ToArray()));

    [Fact]
    public void Every_row_that_was_written_is_in_the_vector_and_no_other() =>
        Gen.Select(Rows.Array[1, 3], Gen.Bool).Sample(
            (parts, runs) =>
            {
                var rows = parts.SelectMany(part => part).ToHashSet();
                var vector = DeletionVector.Decode(RoaringWriter.Write(rows, runs), "v");

                return vector.Cardinality == rows.Count
                    && vector.LastRow == rows.DefaultIfEmpty(-1).Max()
                    && rows.All(vector.Contains)
                    && rows.All(row => vector.Contains(row + 1) == rows.Contains(row + 1) && vector.Contains(row ^ (1L << 33)) == rows.Contains(row ^ (1L << 33)));
            },
            iter: 150);

    [Fact]
    public void Damaged_bytes_are_corrupt_or_another_vector_and_nothing_else() =>
        Gen.Select(Gen.Long[0, 300_000].Array[1, 40], Gen.Bool, Gen.Int[0, 10_000].Array[1, 4], Gen.Byte, Gen.Int[0, 10_000]).Sample(
            (rows, runs, places, mask, length) =>
            {
                var data = RoaringWriter.Write(rows, runs);
                foreach (var place in places)
                    data[place % data.Length] ^= mask;
                try
                {
                    var vector = DeletionVector.Decode(data.AsSpan(0, length % 2 == 0 ? data.Length : length % data.Length), "the-file.bin");
                    return vector.Cardinality >= 0 && (vector.Cardinality == 0 || vector.Contains(vector.LastRow));
                }
                catch (VarveException fault)
                {
                    return fault.Kind == FaultKind.Corrupt && fault.Message.Contains("the-file.bin", StringComparison.Ordinal);
                }
            },
            iter: 20_000);

    [Fact]
    public void Bytes_after_the_last_bitmap_are_corrupt()
    {
        byte[] data = [.. RoaringWriter.Write([1, 2, 3], runs: false), 0];

        var fault = Assert.Throws<VarveException>(() => DeletionVector.Decode(data, "f.bin"));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
    }

    [Fact]
    public void A_vector_of_no_rows_holds_none()
    {
        var vector = DeletionVector.Decode(RoaringWriter.Write([], runs: false), "v");

        Assert.Equal((0, -1), (vector.Cardinality, vector.LastRow));
        Assert.False(vector.Contains(0));
    }

    [Fact]
    public void A_count_that_is_larger_than_the_bytes_reserves_no_memory()
    {
        var data = new byte[12];
        BitConverter.TryWriteBytes(data, 1681511377);
        BitConverter.TryWriteBytes(data.AsSpan(4), (long)int.MaxValue);

        var fault = Assert.Throws<VarveException>(() => DeletionVector.Decode(data, "f.bin"));

        Assert.Contains("ends too early", fault.Message, StringComparison.Ordinal);
    }
}
