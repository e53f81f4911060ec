using System.Buffers.Binary;
using CsCheck;
using DuckDB.NET.Data;
using Varve.Query.Files;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

public sealed class ParquetLayoutTests
{
    const string RowsOfAllKinds =
        """
        SELECT range AS n, 'text ' || range % 100 AS few, md5(range::VARCHAR) AS many, map {'k': range::VARCHAR, 'l': 'x'} AS pairs, [range, 2, range] AS items,
          {'inner': range, 'other': {'deep': range::VARCHAR}} AS record, CASE WHEN range % 3 = 0 THEN range END AS gaps FROM range(20000)
        """;

    static readonly string[] Columns = ["n", "few", "many", "pairs", "items", "record", "gaps"];

    [Theory]
    [InlineData("ROW_GROUP_SIZE 4096")]
    [InlineData("ROW_GROUP_SIZE 4096, PARQUET_VERSION v2, COMPRESSION zstd")]
    [InlineData("ROW_GROUP_SIZE 20480, COMPRESSION uncompressed")]
    public void It_is_what_another_reader_sees(string options) => CheckAll(Write(options), Columns);

    [Fact]
    public async Task Of_the_files_that_ingest_writes_too()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", Enumerable.Range(0, 50).Select(row =>
            $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:{{row:00}}Z","RayID":"r{{row}}","RequestHeaders":{"a":"b{{row}}"},"BotTags":["x","y"]}"""), TestContext.Current.CancellationToken);
        var content = File.ReadAllBytes(Directory.GetFiles(lake.StoreFolder, "part-*.parquet", SearchOption.AllDirectories).Single());

        CheckAll(content, ["EdgeStartTimestamp", "RayID", "RequestHeaders", "BotTags"]);
    }

    [Fact]
    public void Names_are_found_in_any_case_and_a_column_that_is_not_there_needs_only_the_footer()
    {
        var layout = Parse(new SampleFile(1).Content);

        Assert.Equal(layout.RangesOf(Set("b")), layout.RangesOf(Set("B")));
        Assert.Equal([layout.Tail], layout.RangesOf(Set("z")));
    }

    [Fact]
    public void A_small_file_is_taken_whole()
    {
        var content = new SampleFile(1).Content;

        Assert.Equal([new FileRange(0, content.Length)], Parse(content, isWhole: true).RangesOf(Set("z")));
    }

    [Fact]
    public void A_damaged_footer_is_refused_or_places_everything_within_the_file()
    {
        var content = Write("ROW_GROUP_SIZE 4096");
        var (start, length) = FooterOf(content);
        Gen.Select(Gen.Select(Gen.Int[0, length - 1], Gen.Byte).Array[1, 4], Gen.Int[0, length]).Sample(
            (changes, cut) =>
            {
                var footer = content.AsSpan(start, length).ToArray();
                foreach (var (at, value) in changes)
                    footer[at] = value;
                try
                {
                    var layout = ParquetLayout.Parse(cut % 3 == 0 ? footer.AsSpan(0, cut) : footer, start, content.Length, content.Length, isWhole: false);
                    foreach (var range in layout.RangesOf(Set(Columns)))
                        Assert.True(range.Start >= 0 && range.Length > 0 && range.End <= content.Length);
                }
                catch (FormatException)
                {
                }
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("PARE", "encrypted")]
    [InlineData("ABCD", "does not end as a Parquet file does")]
    public void Other_files_are_told(string magic, string expected)
    {
        var fault = Assert.Throws<FormatException>(() => ParquetFooter.LengthOf([1, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(magic)]));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Of each column: all its chunks and filters are in the ranges, and no range holds the beginning of a chunk or filter of another.</summary>
    static void CheckAll(byte[] content, string[] columns)
    {
        var layout = Parse(content);
        var chunks = ParquetMetadata.Of(content);
        foreach (var column in columns)
        {
            var ranges = new RangeSet();
            foreach (var range in layout.RangesOf(Set(column)))
                ranges.Add(range);

            Assert.True(ranges.Contains(layout.Tail));
            Assert.Contains(chunks, chunk => chunk.Column == column);
            foreach (var chunk in chunks)
            {
                Assert.Equal(chunk.Column == column, ranges.Contains(new FileRange(chunk.Start, 1)));
                Assert.Equal(chunk.Column == column, ranges.Contains(new FileRange(chunk.Start, chunk.Length)));
                if (chunk.Bloom is { } bloom)
                    Assert.Equal(chunk.Column == column, ranges.Contains(new FileRange(bloom, chunk.BloomLength ?? 1)));
            }
        }
    }

    static ParquetLayout Parse(byte[] content, bool isWhole = false)
    {
        var (start, length) = FooterOf(content);
        return ParquetLayout.Parse(content.AsSpan(start, length), start, content.Length, content.Length, isWhole);
    }

    static (int Start, int Length) FooterOf(byte[] content)
    {
        var length = ParquetFooter.LengthOf(content.AsSpan(^8));
        Assert.Equal(BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(^8)), length);
        return (content.Length - 8 - length, length);
    }

    static HashSet<string> Set(params string[] columns) => new(columns, StringComparer.OrdinalIgnoreCase);

    static byte[] Write(string options)
    {
        using var folder = new TemporaryFolder();
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({RowsOfAllKinds}) TO '{folder.At("x.parquet")}' (FORMAT parquet, {options})";
        command.ExecuteNonQuery();
        return File.ReadAllBytes(folder.At("x.parquet"));
    }
}
