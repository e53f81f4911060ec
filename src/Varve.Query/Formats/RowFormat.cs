using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Varve.Query.Formats;

/// <summary>A way to write an answer as it comes: start, blocks, end.</summary>
public abstract class RowFormat
{
    /// <summary>The names that <see cref="Named"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["table", "json", "ndjson", "csv"];

    /// <summary>Name of a column in the output; by default as it is.</summary>
    public Func<string, string> NameOf { get; init; } = static name => name;

    /// <summary>The format of this name, or null.</summary>
    public static RowFormat? Named(string name) => name switch
    {
        "table" => new TableFormat(),
        "json" => new JsonArrayFormat(),
        "ndjson" => new NdjsonFormat(),
        "csv" => new CsvFormat(),
        _ => null,
    };

    /// <summary>Writes the whole answer of a run.</summary>
    public Task WriteAsync(QueryRun run, Stream output, CancellationToken cancellationToken) =>
        WriteAsync(run.Columns, run.ReadAsync(cancellationToken), output, cancellationToken);

    /// <summary>Writes an answer from wherever it comes.</summary>
    public async Task WriteAsync(
        IReadOnlyList<ResultColumn> columns, IAsyncEnumerable<RowBlock> blocks, Stream output, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        Begin(columns, buffer);
        await foreach (var block in blocks.WithCancellation(cancellationToken))
        {
            Write(columns, block, buffer);
            await FlushAsync();
        }

        Finish(columns, buffer);
        await FlushAsync();

        async Task FlushAsync()
        {
            await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>What comes before the first row.</summary>
    protected virtual void Begin(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) { }

    /// <summary>Some rows.</summary>
    protected abstract void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output);

    /// <summary>What comes after the last row.</summary>
    protected virtual void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output) { }

    private protected static void WriteText(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}

/// <summary>One JSON object a line.</summary>
public sealed class NdjsonFormat : RowFormat
{
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

/// <summary>A JSON array of objects.</summary>
public sealed class JsonArrayFormat : RowFormat
{
    bool _any;

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

/// <summary>CSV as RFC 4180 has it: a header, quotes where needed, CR LF.</summary>
public sealed class CsvFormat : RowFormat
{
    static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

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

/// <summary>Aligned text for a terminal. Rows are held back until the end, to know the widths.</summary>
public sealed class TableFormat : RowFormat
{
    const int CellWidthMax = 80;
    readonly List<string[]> _rows = [];

    /// <inheritdoc/>
    protected override void Write(IReadOnlyList<ResultColumn> columns, RowBlock block, IBufferWriter<byte> output)
    {
        for (var row = 0; row < block.Count; row++)
            _rows.Add([.. block.Columns.Select(values => Cell(ValueText.Text(values[row])))]);
    }

    /// <inheritdoc/>
    protected override void Finish(IReadOnlyList<ResultColumn> columns, IBufferWriter<byte> output)
    {
        var names = columns.Select(column => Cell(NameOf(column.Name))).ToArray();
        var widths = names.Select((name, index) => _rows.Select(row => row[index].Length).Append(name.Length).Max()).ToArray();
        WriteText(output, Line(names, widths, columns));
        WriteText(output, string.Join("  ", widths.Select(width => new string('-', width))) + "\n");
        foreach (var row in _rows)
            WriteText(output, Line(row, widths, columns));
        WriteText(output, string.Create(CultureInfo.InvariantCulture, $"({_rows.Count} {(_rows.Count == 1 ? "row" : "rows")})\n"));
    }

    static string Line(string[] cells, int[] widths, IReadOnlyList<ResultColumn> columns) => string.Join("  ", cells.Select((cell, index) =>
        columns[index].Type is ColumnType.Int or ColumnType.Float ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]))).TrimEnd() + "\n";

    // A log line may hold anything: control characters would move the terminal's cursor.
    static string Cell(string text)
    {
        var clean = string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        if (clean.Length <= CellWidthMax)
            return clean;
        var width = CellWidthMax - 1;
        return clean[..(char.IsHighSurrogate(clean[width - 1]) ? width - 1 : width)] + "…";
    }
}

/// <summary>Rows as JSON objects.</summary>
static class JsonRows
{
    public static JsonEncodedText[] Names(RowFormat format, IReadOnlyList<ResultColumn> columns) =>
        [.. columns.Select(column => JsonEncodedText.Encode(format.NameOf(column.Name), ValueText.JsonOptions.Encoder))];

    public static void WriteRow(JsonEncodedText[] names, IReadOnlyList<ResultColumn> columns, RowBlock block, int row, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ValueText.JsonOptions);
        writer.WriteStartObject();
        for (var column = 0; column < names.Length; column++)
        {
            writer.WritePropertyName(names[column]);
            ValueText.WriteJson(writer, block.Columns[column][row], columns[column].Type, quoteLargeIntegers: false);
        }

        writer.WriteEndObject();
    }
}
