using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;

namespace Varve.Ingest.Columns;

/// <summary>Texts as UTF-8 in one buffer.</summary>
sealed class Utf8Column(string name) : ColumnBuffer(name)
{
    byte[] _bytes = new byte[16 << 10];
    int[] _offsets = new int[1025];

    protected override IArrowType Type => StringType.Default;

    /// <summary>Bytes held.</summary>
    public int Length { get; private set; }

    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Commit(utf8.Length);
    }

    /// <summary>Room for a text of at most this size, to be written by the caller and kept by <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if (Length + size > _bytes.Length)
            System.Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        return _bytes.AsSpan(Length, size);
    }

    /// <summary>Takes the first bytes of what was reserved as the row's text.</summary>
    public void Commit(int size)
    {
        Length += size;
        Mark(valid: true);
        Close();
    }

    public override void AppendNull()
    {
        Mark(valid: false);
        Close();
    }

    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);

    public override IArrowArray Gather(ReadOnlySpan<int> rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++)
            offsets[i + 1] = offsets[i] + _offsets[rows[i] + 1] - _offsets[rows[i]];
        var bytes = new byte[offsets[^1]];
        for (var i = 0; i < rows.Length; i++)
            this[rows[i]].CopyTo(bytes.AsSpan(offsets[i]));
        var (bits, nulls) = Validity(rows);
        return new StringArray(new ArrayData(
            Type, rows.Length, nulls, 0, [bits, new ArrowBuffer(MemoryMarshal.AsBytes<int>(offsets).ToArray()), new ArrowBuffer(bytes)]));
    }

    public override ColumnStatistics Statistics(ReadOnlySpan<int> rows)
    {
        int min = -1, max = -1;
        foreach (var row in rows)
        {
            if (!IsValid(row))
                continue;
            if (min < 0 || this[row].SequenceCompareTo(this[min]) < 0)
                min = row;
            if (max < 0 || this[row].SequenceCompareTo(this[max]) > 0)
                max = row;
        }

        return min < 0
            ? new ColumnStatistics(null, null, NullsIn(rows))
            : new ColumnStatistics(Encoding.UTF8.GetString(this[min]), Encoding.UTF8.GetString(this[max]), NullsIn(rows));
    }

    void Close()
    {
        if (Count == _offsets.Length)
            System.Array.Resize(ref _offsets, _offsets.Length * 2);
        _offsets[Count] = Length;
    }
}
