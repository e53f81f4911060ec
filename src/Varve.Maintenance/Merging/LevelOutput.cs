using Apache.Arrow;
using Varve.Delta.Files;

namespace Varve.Maintenance.Merging;

/// <summary>
/// The rows of one level on their way into files. Those of a level that has most rows are written as they come; those of a sparse one are held until
/// there are enough for a group.
/// </summary>
sealed class LevelOutput(byte? level, IReadOnlyList<MergeColumn> columns, long targetBytes, long sizeHint) : IDisposable
{
    readonly bool _isSparse = level is > 0;
    readonly List<IArrowArray>[] _held = [.. columns.Select(_ => new List<IArrowArray>())];
    OutputFile? _file;
    int _heldRows;

    /// <summary>Begins rows, of which each column follows.</summary>
    public void Begin(int rows)
    {
        if (_isSparse)
            _heldRows += rows;
        else
            (_file ??= new OutputFile(columns, sizeHint)).BeginGroup(rows);
    }

    public void Write(int column, IArrowArray values)
    {
        if (_isSparse)
            _held[column].Add(values);
        else
            _file!.Write(column, values);
    }

    /// <summary>After the last column: the file, when it is large enough.</summary>
    public MergedFile? End()
    {
        if (_heldRows >= ParquetFile.RowGroupRows)
            WriteHeld();
        return _file?.Bytes >= targetBytes ? Take() : null;
    }

    /// <summary>The rest; null when there is none.</summary>
    public MergedFile? Complete()
    {
        if (_heldRows > 0)
            WriteHeld();
        return _file is null ? null : Take();
    }

    public void Dispose() => _file?.Dispose();

    MergedFile Take()
    {
        var file = _file!;
        _file = null;
        using (file)
            return file.Complete(level);
    }

    void WriteHeld()
    {
        _file ??= new OutputFile(columns, sizeHint);
        _file.BeginGroup(_heldRows);
        var rows = new RowRef[_heldRows];
        var at = 0;
        for (var piece = 0; piece < _held[0].Count; piece++)
            for (var row = 0; row < _held[0][piece].Length; row++)
                rows[at++] = new RowRef(piece, row);
        for (var column = 0; column < columns.Count; column++)
        {
            _file.Write(column, RowGather.Take(columns[column].Type, _held[column], rows));
            _held[column].Clear();
        }

        _heldRows = 0;
    }
}
