using Apache.Arrow;

namespace Varve.Maintenance.Merging;

/// <summary>
/// Columns of pieces that were decoded, up to a number of bytes. Rows are taken in the order of time and files are sorted by it, so that a piece is
/// wanted for a while and then never again; when too many are wanted at once, they are decoded again.
/// </summary>
sealed class PieceCache(IReadOnlyList<MergeInput> inputs, IReadOnlyList<Piece> pieces, long bytesMax) : IDisposable
{
    readonly Dictionary<(int Piece, string Column), LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _byUse = new();
    long _bytes;

    /// <summary>Columns of pieces that were decoded so far.</summary>
    public long Decoded { get; private set; }

    /// <summary>A column of a piece; null when its file lacks it. It is valid until the next <see cref="Trim"/>.</summary>
    public IArrowArray? Get(int piece, string column)
    {
        if (_entries.TryGetValue((piece, column), out var node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Batch.Column(0);
        }

        var (input, group, _) = pieces[piece];
        var reader = inputs[input].Reader;
        var index = reader.Find(column);
        if (index < 0)
            return null;
        var batch = reader.Read(group, index);
        Decoded++;
        var entry = new Entry(piece, column, batch, SizeOf(batch.Column(0).Data));
        _entries[(piece, column)] = _byUse.AddLast(entry);
        _bytes += entry.Bytes;
        return batch.Column(0);
    }

    /// <summary>Lets go of what was not used for longest, down to the number of bytes that is allowed.</summary>
    public void Trim()
    {
        while (_bytes > bytesMax && _byUse.First is { } oldest)
            Remove(oldest);
    }

    /// <summary>Lets go of pieces that are not wanted any more.</summary>
    public void Drop(Func<int, bool> isDone)
    {
        for (var node = _byUse.First; node is not null;)
        {
            var next = node.Next;
            if (isDone(node.Value.Piece))
                Remove(node);
            node = next;
        }
    }

    public void Dispose() => Drop(_ => true);

    void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove((node.Value.Piece, node.Value.Column));
        _bytes -= node.Value.Bytes;
        node.Value.Batch.Dispose();
    }

    static long SizeOf(ArrayData data) =>
        data.Buffers.Sum(buffer => (long)buffer.Length) + (data.Children?.Sum(SizeOf) ?? 0) + (data.Dictionary is null ? 0 : SizeOf(data.Dictionary));

    sealed record Entry(int Piece, string Column, RecordBatch Batch, long Bytes);
}
