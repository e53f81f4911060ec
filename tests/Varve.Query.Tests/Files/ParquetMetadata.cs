using System.Globalization;
using DuckDB.NET.Data;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>Where another reader sees the chunks of a file.</summary>
static class ParquetMetadata
{
    /// <summary>A chunk of a leaf below a top-level column.</summary>
    public sealed record Chunk(string Column, int Group, long Start, long Length, long? Bloom, long? BloomLength);

    public static List<Chunk> Of(byte[] content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("file.parquet");
        File.WriteAllBytes(path, content);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT split_part(path_in_schema, ', ', 1), row_group_id, least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)),
              total_compressed_size, bloom_filter_offset, bloom_filter_length
            FROM parquet_metadata('{path}') ORDER BY row_group_id, column_id
            """;
        using var reader = command.ExecuteReader();
        var chunks = new List<Chunk>();
        while (reader.Read())
            chunks.Add(new Chunk(
                reader.GetString(0), Convert.ToInt32(reader.GetValue(1), CultureInfo.InvariantCulture), Number(reader, 2)!.Value, Number(reader, 3)!.Value, Number(reader, 4), Number(reader, 5)));
        return chunks;
    }

    static long? Number(DuckDBDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);
}
