using Apache.Arrow;
using Varve.Delta.Files;

namespace Varve.Maintenance.Merging;

/// <summary>
/// Makes sorted files of the rows of others. A window of rows at a time is gathered, column by column, from the groups of rows that it lies in: memory
/// is bounded by what is kept of those, whatever the number and size of the files.
/// </summary>
// HOT PATH: bench/Varve.Load compaction.
sealed class FileMerge(IReadOnlyList<MergeInput> inputs, MergeSpec spec)
{
    const int SizeHintSpare = 1 << 20;

    readonly UInt128[] _rowHashes = new UInt128[inputs.Count];

    /// <summary>The hashes of the rows of each file, those included that are left out; known when all files were made.</summary>
    public IReadOnlyList<UInt128> RowHashesOfInputs => _rowHashes;

    /// <summary>The files, as they are ready.</summary>
    /// <exception cref="Varve.Storage.VarveException">A file is damaged or not of the table's types.</exception>
    public IEnumerable<MergedFile> Run(CancellationToken cancellationToken)
    {
        var columns = MergeColumn.Of(inputs, spec);
        var pieces = Pieces();
        var order = RowOrder.Of(inputs, pieces, spec.TimestampColumn, spec.SplitBy, cancellationToken);
        var lastUse = LastUse(order, pieces.Count);
        var sizeHint = Math.Min(inputs.Sum(input => input.File.Size), spec.TargetBytes) + SizeHintSpare;
        var sums = new UInt128[]?[pieces.Count];
        using var cache = new PieceCache(inputs, pieces, spec.PieceBytesMax);
        var outputs = new List<LevelOutput>();
        try
        {
            for (var level = 0; level < (order.Levels is null ? 1 : LevelOfId.Count); level++)
                // Nine in ten rows are of level 0.
                outputs.Add(new LevelOutput(order.Levels is null ? null : (byte)level, columns, spec.TargetBytes, level == 0 ? sizeHint : sizeHint / 8));
            for (var start = 0; start < order.Rows.Length; start += ParquetFile.RowGroupRows)
            {
                var count = Math.Min(ParquetFile.RowGroupRows, order.Rows.Length - start);
                var rows = Split(order, start, count);
                Write(columns, rows, outputs, cache, pieces, sums, cancellationToken);
                var end = start + count;
                cache.Drop(piece => lastUse[piece] < end);
                foreach (var output in outputs)
                    if (output.End() is { } file)
                        yield return file;
            }

            foreach (var output in outputs)
                if (output.Complete() is { } file)
                    yield return file;
        }
        finally
        {
            foreach (var output in outputs)
                output.Dispose();
        }
    }

    void Write(
        List<MergeColumn> columns, RowRef[][] rows, List<LevelOutput> outputs, PieceCache cache, List<Piece> pieces, UInt128[]?[] sums, CancellationToken cancellationToken)
    {
        var used = new bool[pieces.Count];
        foreach (var some in rows)
            foreach (var row in some)
                used[row.Piece] = true;
        // A window goes over all columns: what comes into use with it is hashed with it.
        var fresh = Enumerable.Range(0, pieces.Count).Where(piece => used[piece] && sums[piece] is null).ToList();
        foreach (var piece in fresh)
            sums[piece] = new UInt128[pieces[piece].Rows];
        for (var level = 0; level < outputs.Count; level++)
            if (rows[level].Length > 0)
                outputs[level].Begin(rows[level].Length);
        var arrays = new IArrowArray?[pieces.Count];
        for (var column = 0; column < columns.Count; column++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            cache.Trim();
            for (var piece = 0; piece < pieces.Count; piece++)
                arrays[piece] = used[piece] ? cache.Get(piece, columns[column].Name) : null;
            foreach (var piece in fresh)
                if (arrays[piece] is { } values)
                    RowHashes.Add(columns[column].Name, values, sums[piece]);
            for (var level = 0; level < outputs.Count; level++)
                if (rows[level].Length > 0)
                    outputs[level].Write(column, RowGather.Take(columns[column].Type, arrays, rows[level]));
        }

        foreach (var piece in fresh)
        {
            _rowHashes[pieces[piece].Input] += RowHashes.Sum(sums[piece]);
            sums[piece] = [];
        }
    }

    /// <summary>The rows of a window by level.</summary>
    static RowRef[][] Split(RowOrder order, int start, int count)
    {
        var window = order.Rows.AsSpan(start, count);
        if (order.Levels is null)
            return [window.ToArray()];
        var levels = order.Levels.AsSpan(start, count);
        var rows = new List<RowRef>[LevelOfId.Count];
        for (var level = 0; level < rows.Length; level++)
            rows[level] = new List<RowRef>(level == 0 ? count : count / 8);
        for (var row = 0; row < count; row++)
            rows[levels[row]].Add(window[row]);
        return [.. rows.Select(some => some.ToArray())];
    }

    List<Piece> Pieces()
    {
        var pieces = new List<Piece>();
        for (var input = 0; input < inputs.Count; input++)
            for (var group = 0; group < inputs[input].Reader.Groups; group++)
                pieces.Add(new Piece(input, group, inputs[input].Reader.RowsOf(group)));
        return pieces;
    }

    static int[] LastUse(RowOrder order, int pieces)
    {
        var last = new int[pieces];
        for (var at = 0; at < order.Rows.Length; at++)
            last[order.Rows[at].Piece] = at;
        return last;
    }
}
