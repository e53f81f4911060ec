using System.Buffers;

namespace Varve.Query.Formats;

/// <summary>One JSON object a line.</summary>
public sealed class NdjsonFormat : RowFormat
{
    /// <inheritdoc/>
    public override string MediaType => "application/x-ndjson";

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        var names = JsonRows.Names(this, columns);
        for (var row = 0; row < block.Count; row++)
        {
            JsonRows.WriteRow(names, columns, block, row, output);
            output.Write("\n"u8);
        }
    }
}
