using System.Buffers;
using System.Globalization;

namespace Varve.Query.Formats;

/// <summary>Aligned text for a terminal. Rows are held back until the end, to know the widths.</summary>
public sealed class TableFormat : RowFormat
{
    readonly List<string[]> _rows = [];

    /// <summary>Characters of a cell; a longer one is cut. Default 80.</summary>
    public int CellWidthMax { get; set; } = 80;

    /// <inheritdoc/>
    public override string MediaType => "text/plain";

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
    string Cell(string text)
    {
        var clean = string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        if (clean.Length <= CellWidthMax)
            return clean;
        var width = CellWidthMax - 1;
        return clean[..(char.IsHighSurrogate(clean[width - 1]) ? width - 1 : width)] + "…";
    }
}
