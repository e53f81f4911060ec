using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;

namespace Varve.Ingest.Columns;

/// <summary>The values of one column in the order of arrival, and an Arrow array of any selection of them.</summary>
abstract class ColumnBuffer(string name)
{
    bool[] _valid = new bool[1024];

    /// <summary>The column's name.</summary>
    public string Name { get; } = name;

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The Arrow field.</summary>
    public Field Field => new(Name, Type, nullable: true);

    protected abstract IArrowType Type { get; }

    public virtual void AppendNull() => Mark(valid: false);

    /// <summary>The values of these rows, in this order.</summary>
    public abstract IArrowArray Gather(ReadOnlySpan<int> rows);

    /// <summary>Minimum, maximum and nulls of these rows; bounds are null where the type has none or all are null.</summary>
    public abstract ColumnStatistics Statistics(ReadOnlySpan<int> rows);

    protected bool IsValid(int row) => _valid[row];

    protected void Mark(bool valid)
    {
        if (Count == _valid.Length)
            System.Array.Resize(ref _valid, Count * 2);
        _valid[Count++] = valid;
    }

    protected (ArrowBuffer Bits, int NullCount) Validity(ReadOnlySpan<int> rows)
    {
        var bits = new byte[(rows.Length + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
            if (_valid[rows[i]])
                bits[i >> 3] |= (byte)(1 << (i & 7));
            else
                nulls++;
        return nulls == 0 ? (ArrowBuffer.Empty, 0) : (new ArrowBuffer(bits), nulls);
    }

    protected long NullsIn(ReadOnlySpan<int> rows)
    {
        var nulls = 0L;
        foreach (var row in rows)
            if (!_valid[row])
                nulls++;
        return nulls;
    }
}
