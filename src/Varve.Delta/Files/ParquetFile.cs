using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Varve.Delta.Files;

/// <summary>Parquet files from Arrow batches and back, in memory.</summary>
public static class ParquetFile
{
    /// <summary>Rows of a row group: large enough for good encoding, small enough that a look-up decodes little.</summary>
    public const int RowGroupRows = 122_880;

    const int ZstdLevel = 1;

    /// <summary>Writes the batches, all of one schema, as one zstd Parquet file. A column whose values hardly repeat is written without dictionary by itself.</summary>
    public static byte[] Write(IReadOnlyList<RecordBatch> batches)
    {
        using var builder = WriterProperties();
        using var properties = builder.Build();
        using var stream = new MemoryStream();
        using (var writer = new FileWriter(stream, batches[0].Schema, properties, leaveOpen: true))
        {
            foreach (var batch in batches)
                writer.WriteRecordBatch(batch);
            writer.Close();
        }

        return stream.ToArray();
    }

    /// <summary>The number of rows that the file's footer states.</summary>
    public static long CountRows(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        using var reader = new ParquetFileReader(stream, leaveOpen: false);
        return reader.FileMetaData.NumRows;
    }

    /// <summary>The rows of the file, in order.</summary>
    public static IEnumerable<RecordBatch> Read(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        using var properties = ReaderProperties();
        using var reader = new FileReader(stream, arrowProperties: properties);
        using var batches = reader.GetRecordBatchReader();
        while (ReadNext(batches) is { } batch)
            yield return batch;
    }

    /// <summary>How every file is written.</summary>
    internal static WriterPropertiesBuilder WriterProperties() => new WriterPropertiesBuilder()
        .Compression(Compression.Zstd)
        .CompressionLevel(ZstdLevel)
        .Version(ParquetVersion.PARQUET_2_6)
        .MaxRowGroupLength(RowGroupRows)
        .CreatedBy("varve");

    /// <summary>
    /// How every file is read: on the caller's thread. A thread of Arrow's own that reads ahead may be the last to let go of the stream, and then
    /// calls back into a reader that was collected meanwhile: the process ends by a fault of memory, or never.
    /// </summary>
    internal static ArrowReaderProperties ReaderProperties()
    {
        var properties = ArrowReaderProperties.GetDefault();
        properties.PreBuffer = false;
        properties.UseThreads = false;
        return properties;
    }

    /// <summary>Columns that Parquet has for a field of a type.</summary>
    internal static int LeafCount(IArrowType type) => type is NestedType nested ? nested.Fields.Sum(field => LeafCount(field.DataType)) : 1;

    /// <summary>The next batch, or null at the end. The library answers at once: what it reads is in memory or in a file.</summary>
    internal static RecordBatch? ReadNext(IArrowArrayStream batches)
    {
        var reading = batches.ReadNextRecordBatchAsync();
        return reading.IsCompletedSuccessfully ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
    }
}
