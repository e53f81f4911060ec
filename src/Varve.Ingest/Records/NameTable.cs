using System.Runtime.InteropServices;
using System.Text;
using Varve.Datasets;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Finds the field of a name: as it is written, else in any case. Other spellings, and names of no field, are remembered up to a bound, so
/// that a sender who uses them costs no more than one who does not.
/// </summary>
sealed class NameTable
{
    /// <summary>No field has this name.</summary>
    public const int None = -1;

    const int LearnedMax = 1024;
    const int NameBytesMax = 512;

    readonly Dictionary<string, int> _anyCase = new(StringComparer.OrdinalIgnoreCase);
    readonly (byte[] Name, int Field)[] _slots;
    int _learned;

    public NameTable(Dataset dataset)
    {
        _slots = new (byte[], int)[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((dataset.Fields.Count + LearnedMax) * 2))];
        for (var field = 0; field < dataset.Fields.Count; field++)
        {
            _anyCase.TryAdd(dataset.Fields[field].Name, field);
            Add(Encoding.UTF8.GetBytes(dataset.Fields[field].Name), field);
        }
    }

    /// <summary>The field of a name without escapes, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        var mask = _slots.Length - 1;
        for (var place = Hash(name) & (uint)mask; _slots[place].Name is { } known; place = (place + 1) & (uint)mask)
            if (name.SequenceEqual(known))
                return _slots[place].Field;
        return Learn(name);
    }

    /// <summary>The field of a name, or <see cref="None"/>.</summary>
    public int Find(string name) => _anyCase.GetValueOrDefault(name, None);

    static uint Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length > TextHash.Padding)
            return TextHash.Of(ref MemoryMarshal.GetReference(name), name.Length);
        Span<byte> padded = stackalloc byte[2 * TextHash.Padding];
        name.CopyTo(padded);
        return TextHash.Of(ref MemoryMarshal.GetReference(padded), name.Length);
    }

    int Learn(ReadOnlySpan<byte> name)
    {
        if (name.Length > NameBytesMax)
            return None;
        var field = Find(Encoding.UTF8.GetString(name));
        if (_learned < LearnedMax)
        {
            _learned++;
            Add(name.ToArray(), field);
        }

        return field;
    }

    void Add(byte[] name, int field)
    {
        var mask = _slots.Length - 1;
        var place = Hash(name) & (uint)mask;
        while (_slots[place].Name is not null)
            place = (place + 1) & (uint)mask;
        _slots[place] = (name, field);
    }
}
