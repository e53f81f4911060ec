using System.Buffers;

namespace Varve.Query.Formats;

/// <summary>A JSON array of objects.</summary>
public sealed class JsonArrayFormat : RowFormat
{
    bool _any;

    /// <inheritdoc/>
    public override string MediaType => "application/json";

    /// <inheritdoc/>
    protected override void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) => output.Write("["u8);

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        var names = JsonRows.Names(this, columns);
        for (var row = 0; row < block.Count; row++)
        {
            if (_any)
                output.Write(",\n"u8);
            _any = true;
            JsonRows.WriteRow(names, columns, block, row, output);
        }
    }

    /// <inheritdoc/>
    protected override void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) => output.Write("]\n"u8);
}
