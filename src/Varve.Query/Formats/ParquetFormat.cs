using System.Buffers;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Varve.Query.Formats;

/// <summary>
/// A Parquet file, zstd, written while the rows come: one row group is held in memory, the footer ends it, so that what broke off is no file. One answer
/// an instance.
/// </summary>
public sealed class ParquetFormat : RowFormat
{
    /// <summary>Rows of a row group: what is held in memory at once.</summary>
    public const int RowGroupRows = 32_768;

    ArrowRows? _rows;
    FileWriter? _writer;
    int _inGroup;

    /// <inheritdoc/>
    public override string MediaType => "application/vnd.apache.parquet";

    /// <inheritdoc/>
    protected override void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output)
    {
        _rows = new ArrowRows(columns, NameOf);
        using var builder = new WriterPropertiesBuilder().Compression(Compression.Zstd).CompressionLevel(1).Version(ParquetVersion.PARQUET_2_6).CreatedBy("varve");
        using var properties = builder.Build();
        _writer = Hold(new FileWriter(Hold(new BufferWriterStream(output)), _rows.Schema, properties, leaveOpen: true));
    }

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        if (_inGroup >= RowGroupRows)
        {
            _writer!.NewBufferedRowGroup();
            _inGroup = 0;
        }

        using var batch = _rows!.Batch(block);
        _writer!.WriteBufferedRecordBatch(batch);
        _inGroup += block.Count;
    }

    /// <inheritdoc/>
    protected override void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) => _writer!.Close();
}
