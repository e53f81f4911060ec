using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Columns;

/// <summary>
/// The values of one column by row, in the order of arrival. A row that is not set is null: a record costs nothing in the columns that it
/// lacks. What is set can be taken back, and the whole column be cleared and filled again without allocating.
/// </summary>
abstract class Column(string name)
{
    RowBits _valid = new();

    /// <summary>The column's name.</summary>
    public string Name { get; } = name;

    /// <summary>True when some row was set since the last <see cref="Clear"/>.</summary>
    public virtual bool HasValues => _valid.Any;

    /// <summary>The Arrow type of its values.</summary>
    public abstract IArrowType Type { get; }

    /// <summary>Bytes of memory in use by the values, about.</summary>
    public abstract long UsedBytes { get; }

    public virtual bool Has(int row) => _valid[row];

    /// <summary>True when each of the first rows is set.</summary>
    public virtual bool IsFull(int rows) => _valid.Count(rows) == rows;

    /// <summary>Makes the row null again.</summary>
    public virtual void Unset(int row) => _valid.Unset(row);

    /// <summary>Makes every row null and keeps the memory for the next ones.</summary>
    public virtual void Clear() => _valid.Clear();

    /// <summary>The values of rows of several columns of this kind as one Arrow array, valid until the next call with the same scratch.</summary>
    /// <param name="sources">The column in each buffer that rows come from.</param>
    /// <param name="order">Which rows, in which order.</param>
    /// <param name="rule">What becomes of the values; null: they stay.</param>
    /// <param name="scratch">Memory for the result.</param>
    public abstract Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch);

    protected void Mark(int row) => _valid.Set(row);

    /// <summary>Validity bits of the rows; empty when none is null.</summary>
    protected static (ArrowBuffer Bits, int Nulls) Validity(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, GatherScratch scratch)
    {
        var bits = scratch.Bits(order.Length);
        var nulls = 0;
        for (var i = 0; i < order.Length; i++)
            if (sources[order[i].Source].Has(order[i].Row))
                bits.Span[i >> 3] |= (byte)(1 << (i & 7));
            else
                nulls++;
        return nulls == 0 ? (ArrowBuffer.Empty, 0) : (new ArrowBuffer(bits), nulls);
    }

    /// <summary>Bounds that are not known, and every row null.</summary>
    public static ColumnStatistics NoBounds(int nulls) => new(null, null, nulls);
}

/// <summary>A row of one of several buffers.</summary>
readonly record struct RowRef(int Source, int Row);

/// <summary>A column of a file.</summary>
readonly record struct Gathered(IArrowArray Values, ColumnStatistics Statistics);
