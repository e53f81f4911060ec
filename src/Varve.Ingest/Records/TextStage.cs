using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Where the texts of the last records stand in the buffer of their lines. They are put into their columns column by column, some dozens of records
/// at a time: the dictionary of one column is then at hand for all of them, where record by record a hundred dictionaries would take turns in the
/// processor's cache.
/// </summary>
// HOT PATH: bench/Varve.Load ingest.
sealed class TextStage
{
    const int RowsMax = 64;

    readonly TextColumn[] _columns;
    readonly ulong[] _texts;
    byte[] _buffer = [];
    int _first;
    int _rows;

    public TextStage(IEnumerable<Column> columns)
    {
        _columns = [.. columns.OfType<TextColumn>()];
        _texts = new ulong[RowsMax * _columns.Length];
    }

    /// <summary>The place of a column in the stage.</summary>
    public int PlaceOf(Column column) => Array.IndexOf(_columns, column as TextColumn);

    /// <summary>Begins a record, whose texts stand in this buffer.</summary>
    public void Begin(byte[] buffer, int row)
    {
        if (_rows == RowsMax || !ReferenceEquals(buffer, _buffer))
            Settle();
        if (_rows == 0)
            (_buffer, _first) = (buffer, row);
        _rows = row - _first + 1;
    }

    /// <summary>Notes where a text of the record stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(int place, int start, int length) =>
        // One more than the length: 0 is a text that the record lacks.
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_texts), ((_rows - 1) * _columns.Length) + place) = ((ulong)(uint)(length + 1) << 32) | (uint)start;

    /// <summary>Forgets the record begun last.</summary>
    public void Forget()
    {
        if (_rows == 0)
            return;
        _rows--;
        _texts.AsSpan(_rows * _columns.Length, _columns.Length).Clear();
    }

    /// <summary>Puts all texts into their columns: the buffer of the lines is needed no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Settle()
    {
        if (_rows == 0)
            return;
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(_buffer);
        for (var place = 0; place < _columns.Length; place++)
        {
            var column = _columns[place];
            for (int row = 0, at = place; row < _rows; row++, at += _columns.Length)
            {
                var text = _texts[at];
                if (text != 0)
                    column.Set(_first + row, ref Unsafe.Add(ref bytes, (uint)text), (int)(text >> 32) - 1);
            }
        }

        _texts.AsSpan(0, _rows * _columns.Length).Clear();
        (_rows, _buffer) = (0, []);
    }
}
