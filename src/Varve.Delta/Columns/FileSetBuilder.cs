using System.Diagnostics;

namespace Varve.Delta.Columns;

/// <summary>A set of files on its way from one version to a later one.</summary>
sealed class FileSetBuilder
{
    /// <summary>Rows from which a merged segment is left alone: to copy it would cost more than to ask it.</summary>
    public const int MergeRowsMax = 32_768;

    /// <summary>Rows from which the lines of a merged segment are packed.</summary>
    const int PackFromRows = 512;

    readonly FileSet _from;
    readonly List<SegmentEdit> _edits;
    OpenSegment? _open;
    byte[] _text = [];

    public FileSetBuilder(FileSet from)
    {
        _from = from;
        _edits = [.. from.Views.Select(static view => new SegmentEdit(view))];
    }

    /// <summary>Adds a segment whose keys are in no other: of a checkpoint, which names each file once.</summary>
    public void Add(FileSegment segment)
    {
        Debug.Assert(_open is null, "Checkpoints come before commits.");
        if (segment.Count > 0)
            _edits.Add(new SegmentEdit(new SegmentView(segment, null, segment.Count, segment.Sizes.Sum())));
    }

    /// <summary>True when there is nothing to take out.</summary>
    public bool IsEmpty => _open is null && _edits.Count == 0;

    /// <summary>Names the text in which the lines of the rows that follow lie. It is kept as it is.</summary>
    public void BeginText(byte[] text)
    {
        _open?.EndText(_text);
        _text = text;
    }

    /// <summary>Puts a file in, in the place of one of its key.</summary>
    public void Put(in FileRow row)
    {
        var hash = FileKey.Hash(row.Key);
        if (_open?.IsFull == true)
            Close();
        if (!(_open ??= new OpenSegment(_from.VectorCounts, _from.Table)).Put(row, hash))
            TakeOutOfEdits(row.Key, hash, row.Vector);
    }

    /// <summary>Takes a file out; false when it is not in.</summary>
    public bool Remove(ReadOnlySpan<byte> key, string? vector) => TakeOut(key, FileKey.Hash(key), vector);

    /// <summary>The deletion vector with which a key is in; false when it is not in.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, string? vector, out string? found)
    {
        found = null;
        var hash = FileKey.Hash(key);
        if (_open is not null && _open.Find(key, hash, vector) is var open && open >= 0)
        {
            found = _open.VectorAt(open);
            return true;
        }

        for (var index = _edits.Count - 1; index >= 0; index--)
        {
            var edit = _edits[index];
            var row = edit.Segment.Find(key, hash, _from.VectorCounts, vector);
            if (row < 0 || !edit.Has(row))
                continue;
            found = edit.Segment.VectorAt(row);
            return true;
        }

        return false;
    }

    public FileSet Build()
    {
        Close();
        Merge();
        return new FileSet([.. _edits.Where(static edit => edit.Count > 0).Select(static edit => edit.ToView())], _from.VectorCounts, _from.Table, _from.Address);
    }

    bool TakeOut(ReadOnlySpan<byte> key, ulong hash, string? vector) =>
        _open?.Remove(key, hash, vector) == true || TakeOutOfEdits(key, hash, vector);

    bool TakeOutOfEdits(ReadOnlySpan<byte> key, ulong hash, string? vector)
    {
        for (var index = _edits.Count - 1; index >= 0; index--)
        {
            var edit = _edits[index];
            var row = edit.Segment.Find(key, hash, _from.VectorCounts, vector);
            if (row < 0 || !edit.Has(row))
                continue;
            edit.Remove(row);
            return true;
        }

        return false;
    }

    void Close()
    {
        _open?.EndText(_text);
        if (_open is { Count: > 0 })
            _edits.Add(new SegmentEdit(_open.Build()));
        _open = null;
    }

    /// <summary>Merges the newest segments of lines while the older of two is not greater than what follows it.</summary>
    void Merge()
    {
        _edits.RemoveAll(static edit => edit.Count == 0);
        var first = _edits.Count;
        var rows = 0;
        while (first > 0 && _edits[first - 1] is { Segment.Actions: LineRows } edit && edit.Count + rows <= MergeRowsMax
            && (edit.Count <= rows || rows == 0 || edit.Count * 2 < edit.Segment.Count))
            rows += _edits[--first].Count;
        if (_edits.Count - first < 2)
            return;
        var merged = SegmentMerge.Merge([.. _edits.Skip(first).Select(static edit => edit.ToView())], PackFromRows, _from.Table);
        _edits.RemoveRange(first, _edits.Count - first);
        _edits.Add(new SegmentEdit(merged));
    }
}
