using System.Buffers.Binary;
using System.Text;
using Varve.Delta.Actions;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Delta.Tests.Scan;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Fuzzing;

/// <summary>Damaged deletion vectors and partition values.</summary>
public sealed class VectorFuzzTests
{
    [Fact]
    public void A_damaged_vector_is_refused_or_read_in_little_memory() => Fuzz.Run(random =>
    {
        var content = Damage.Of(RoaringWriter.Write(RowsOf(random), runs: random.Next(2) == 0), random);

        Fuzz.Bounded(content.Length, () =>
        {
            var vector = DeletionVector.Decode(content, "a");

            Assert.True(vector.LastRow < 0 || vector.Contains(vector.LastRow));
        });
    });

    [Fact]
    public void Bytes_of_chance_after_a_right_start_are_refused_or_read_in_little_memory() => Fuzz.Run(random =>
    {
        var content = new byte[random.Next(16, 200)];
        random.NextBytes(content);
        BinaryPrimitives.WriteInt32LittleEndian(content, 1681511377);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(4), random.Next(3));
        if (content.Length < 24 || random.Next(20) == 0)
            content = RoaringWriter.Write(RowsOf(random), runs: true);

        Fuzz.Bounded(content.Length, () => DeletionVector.Decode(content, "a"));
    });

    [Fact]
    public void A_damaged_file_of_vectors_is_refused_or_read() => Fuzz.Run(random =>
    {
        var (data, rows) = DataOf(random);
        var file = new byte[1 + 4 + data.Length + 4];
        file[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(1), data.Length);
        data.CopyTo(file, 5);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(5 + data.Length), Crc32.Of(data));
        var descriptor = new DeletionVectorDescriptor
        {
            StorageType = "u",
            PathOrInlineDv = Z85.Encode(Guid.Empty.ToByteArray(bigEndian: true)),
            Offset = random.Next(10) == 0 ? random.Next(-5, int.MaxValue) : 1,
            SizeInBytes = random.Next(10) == 0 ? random.Next(-5, int.MaxValue) : data.Length,
            Cardinality = rows,
        };
        var store = new MemoryObjectStore();
        var content = random.Next(5) == 0 ? file : Damage.Of(file, random);
        store.PutAsync($"t/deletion_vector_{Guid.Empty}.bin", content, CancellationToken.None).GetAwaiter().GetResult();

        var vector = DeletionVectorFile.LoadAsync(store, "t", descriptor, CancellationToken.None).GetAwaiter().GetResult();

        Assert.Equal(rows, vector.Cardinality);
    });

    [Fact]
    public void A_damaged_vector_in_the_log_is_refused_or_read() => Fuzz.Run(random =>
    {
        var (data, rows) = DataOf(random);
        var padded = data.Concat(new byte[(4 - data.Length % 4) % 4]).ToArray();
        var text = Encoding.Latin1.GetBytes(Z85.Encode(padded));
        var descriptor = new DeletionVectorDescriptor
        {
            StorageType = "i",
            PathOrInlineDv = Encoding.Latin1.GetString(random.Next(5) == 0 ? text : Damage.Of(text, random)),
            SizeInBytes = data.Length,
            Cardinality = rows,
        };

        var vector = DeletionVectorFile.LoadAsync(new MemoryObjectStore(), "t", descriptor, CancellationToken.None).GetAwaiter().GetResult();

        Assert.Equal(rows, vector.Cardinality);
    });

    [Fact]
    public void Damaged_text_in_Z85_is_no_bytes_or_the_bytes_of_that_text() => Fuzz.Run(random =>
    {
        var bytes = new byte[4 * random.Next(1, 20)];
        random.NextBytes(bytes);
        var text = Encoding.UTF8.GetString(random.Next(5) == 0 ? Encoding.UTF8.GetBytes(Z85.Encode(bytes)) : Damage.Of(Encoding.UTF8.GetBytes(Z85.Encode(bytes)), random));

        var decoded = Z85.TryDecode(text) ?? throw new VarveException(FaultKind.Corrupt, "no Z85");

        Assert.Equal(text, Z85.Encode(decoded));
    });

    [Theory]
    [InlineData("string", "a")]
    [InlineData("binary", "a\u0001")]
    [InlineData("boolean", "true")]
    [InlineData("long", "-9223372036854775808")]
    [InlineData("double", "1.5E300")]
    [InlineData("float", "NaN")]
    [InlineData("date", "2026-01-31")]
    [InlineData("timestamp", "2026-01-31T23:59:59.123456Z")]
    [InlineData("timestamp_ntz", "2026-01-31 23:59:59.123456")]
    [InlineData("decimal(38,10)", "-1234567890123456789012345678.0123456789")]
    public void A_damaged_partition_value_is_refused_or_read(string type, string value)
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var text = Encoding.UTF8.GetString(Damage.Of(Encoding.UTF8.GetBytes(value), new Random(seed)));

            var fault = Record.Exception(() => PartitionValue.Parse(text, new DeltaType.Primitive(type)));

            Assert.True(fault is null or FormatException or OverflowException, $"Input {seed}, '{text}': {fault}");
        }
    }

    static (byte[] Data, long Rows) DataOf(Random random)
    {
        var rows = RowsOf(random);
        return (RoaringWriter.Write(rows, runs: random.Next(2) == 0), rows.Count);
    }

    static List<long> RowsOf(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 1 << random.Next(1, 13))).Select(_ => random.NextInt64(1L << random.Next(3, 36))).Distinct()];
}
