using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Columns;

/// <summary>Actions as the lines of commits that they came from.</summary>
sealed class LineRows : IActionRows
{
    readonly LineBlock[] _blocks;
    readonly int[] _firstRows;
    readonly int[]? _lines;
    readonly string _table;

    LineRows(LineBlock[] blocks, int[] firstRows, int[]? lines, string table) => (_blocks, _firstRows, _lines, _table) = (blocks, firstRows, lines, table);

    /// <summary>The lines of several blocks, one block after the other.</summary>
    public static LineRows Concatenate(IReadOnlyList<LineBlock> blocks, string table)
    {
        var firstRows = new int[blocks.Count];
        for (var index = 1; index < blocks.Count; index++)
            firstRows[index] = firstRows[index - 1] + blocks[index - 1].Count;
        return new LineRows([.. blocks], firstRows, lines: null, table);
    }

    /// <summary>Some rows of others, in order: packed blocks are shared, the lines of the rest are copied together.</summary>
    public static LineRows Merge(IReadOnlyList<(LineRows Rows, IReadOnlyList<int> Kept)> parts, int packFromRows, string table)
    {
        var (blocks, firstRows, lines) = (new List<LineBlock>(), new List<int>(), new List<int>());
        var loose = new List<ReadOnlyMemory<byte>>();
        foreach (var (rows, kept) in parts)
            foreach (var row in kept)
            {
                var (block, line) = rows.Find(row);
                if (!block.IsPacked)
                {
                    loose.Add(block[line]);
                    continue;
                }

                Close();
                if (blocks.Count == 0 || blocks[^1] != block)
                {
                    blocks.Add(block);
                    firstRows.Add(lines.Count);
                }

                lines.Add(line);
            }

        Close();
        return new LineRows([.. blocks], [.. firstRows], [.. lines], table);

        void Close()
        {
            if (loose.Count == 0)
                return;
            blocks.Add(loose.Count >= packFromRows ? LineBlock.Pack(loose) : LineBlock.Copy(loose));
            firstRows.Add(lines.Count);
            lines.AddRange(Enumerable.Range(0, loose.Count));
            loose.Clear();
        }
    }

    public AddFile ReadAdd(int row) =>
        Read(row).Add ?? throw new InvalidDataException($"Row {row} of a segment of {_table} is no add action.");

    public RemoveFile ReadRemove(int row) =>
        Read(row).Remove ?? throw new InvalidDataException($"Row {row} of a segment of {_table} is no remove action.");

    public ReadOnlyMemory<byte>? ReadStats(int row)
    {
        var (block, line) = Find(row);
        var reader = new Utf8JsonReader(block[line].Span);
        // {"add":{"stats":"…"}}: the last of several counts, as everywhere.
        byte[]? stats = null;
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2)
            {
                var isStats = reader.ValueTextEquals("stats"u8);
                reader.Read();
                if (isStats)
                    stats = reader.TokenType == JsonTokenType.String ? Unescaped(ref reader) : null;
                else
                    reader.Skip();
            }

        return stats;
    }

    static byte[] Unescaped(ref Utf8JsonReader reader)
    {
        var text = new byte[reader.ValueSpan.Length];
        var length = reader.CopyString(text);
        return text[..length];
    }

    LogLine Read(int row)
    {
        var (block, line) = Find(row);
        try
        {
            return ActionJson.ReadLine(block[line].Span, $"the log of {_table}", row);
        }
        catch (VarveException fault)
        {
            throw new VarveException(FaultKind.Corrupt, $"An action of a file of {_table} cannot be read: {fault.Message}", fault);
        }
    }

    (LineBlock Block, int Line) Find(int row)
    {
        var index = _firstRows.Length == 1 ? 0 : Array.BinarySearch(_firstRows, row);
        if (index < 0)
            index = ~index - 1;
        return (_blocks[index], _lines is null ? row - _firstRows[index] : _lines[row]);
    }
}
