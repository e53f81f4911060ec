using System.Buffers;

namespace Varve.Query.Formats;

/// <summary>CSV as RFC 4180 has it: a header, quotes where needed, CR LF.</summary>
public sealed class CsvFormat : RowFormat
{
    static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    /// <inheritdoc/>
    public override string MediaType => "text/csv";

    /// <inheritdoc/>
    protected override void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) =>
        WriteText(output, string.Join(',', columns.Select(column => Quote(NameOf(column.Name)))) + "\r\n");

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        for (var row = 0; row < block.Count; row++)
            WriteText(output, string.Join(',', block.Columns.Select(values => Quote(ValueText.Text(values[row])))) + "\r\n");
    }

    static string Quote(string text) =>
        text.AsSpan().ContainsAny(NeedQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
