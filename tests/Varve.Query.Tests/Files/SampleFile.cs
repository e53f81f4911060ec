using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;

namespace Varve.Query.Tests.Files;

/// <summary>A Parquet file of whole numbers that do not compress: the columns a, b, c and d, in two groups of rows.</summary>
sealed class SampleFile
{
    public const int Groups = 2;

    static readonly string[] Names = ["a", "b", "c", "d"];

    public SampleFile(int seed, int rows = 3000)
    {
        var random = new Random(seed);
        var schema = new Schema(Names.Select(name => new Field(name, Int64Type.Default, nullable: true)), null);
        using var writer = new ColumnFileWriter(schema, [.. Names.Select(_ => ColumnEncoding.Plain)], 1 << 16);
        for (var group = 0; group < Groups; group++)
        {
            writer.BeginRowGroup();
            for (var column = 0; column < Names.Length; column++)
                writer.Write(new Int64Array.Builder().AppendRange(Enumerable.Range(0, rows).Select(_ => random.NextInt64())).Build());
        }

        Content = writer.Complete().ToArray();
        Chunks = [.. ParquetMetadata.Of(Content)];
    }

    public byte[] Content { get; }

    public IReadOnlyList<ParquetMetadata.Chunk> Chunks { get; }

    /// <summary>A file of instants t, in microseconds from 1970 on, and numbers a, in groups of rows.</summary>
    public static byte[] OfTimes(params IReadOnlyList<long[]> groups)
    {
        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        var schema = new Schema([new Field("t", type, nullable: true), new Field("a", Int64Type.Default, nullable: true)], null);
        using var writer = new ColumnFileWriter(schema, [ColumnEncoding.Plain, ColumnEncoding.Plain], 1 << 16);
        foreach (var times in groups)
        {
            writer.BeginRowGroup();
            var instants = new TimestampArray.Builder(type);
            foreach (var time in times)
                instants.Append(DateTimeOffset.UnixEpoch.AddMicroseconds(time));
            writer.Write(instants.Build());
            writer.Write(new Int64Array.Builder().AppendRange(times).Build());
        }

        return writer.Complete().ToArray();
    }

    /// <summary>Bytes of the chunks of a column.</summary>
    public long BytesOf(string column) => Chunks.Where(chunk => chunk.Column == column).Sum(chunk => chunk.Length);
}
