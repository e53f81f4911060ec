using System.Buffers;
using Apache.Arrow.Ipc;

namespace Varve.Query.Formats;

/// <summary>
/// Arrow's streaming format (Arrow columnar format, "IPC Streaming Format"): the schema, a batch for each block, the end of the stream, whose absence
/// says that the answer broke off. One answer an instance.
/// </summary>
public sealed class ArrowFormat : RowFormat
{
    ArrowRows? _rows;
    ArrowStreamWriter? _writer;

    /// <inheritdoc/>
    public override string MediaType => "application/vnd.apache.arrow.stream";

    /// <inheritdoc/>
    protected override void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output)
    {
        _rows = new ArrowRows(columns, NameOf);
        _writer = Hold(new ArrowStreamWriter(new BufferWriterStream(output), _rows.Schema, leaveOpen: true));
        _writer.WriteStart();
    }

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        using var batch = _rows!.Batch(block);
        _writer!.WriteRecordBatch(batch);
    }

    /// <inheritdoc/>
    protected override void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) => _writer!.WriteEnd();
}
