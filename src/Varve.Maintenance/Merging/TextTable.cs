using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Index;

namespace Varve.Maintenance.Merging;

/// <summary>Texts, each once, with a code by which it is named.</summary>
sealed class TextTable
{
    const int None = -1;

    readonly ArrayBufferWriter<byte> _bytes = new(4096);
    readonly List<int> _ends = [];
    readonly List<int> _nextOfSameHash = [];
    readonly Dictionary<ulong, int> _byHash = [];

    /// <summary>The code of a text, which is added when it is not there yet.</summary>
    public int CodeOf(ReadOnlySpan<byte> text)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, ValueHash.Of(text), out var known);
        for (var code = known ? first : None; code >= 0; code = _nextOfSameHash[code])
            if (TextOf(code).SequenceEqual(text))
                return code;
        _bytes.Write(text);
        _ends.Add(_bytes.WrittenCount);
        _nextOfSameHash.Add(known ? first : None);
        return first = _ends.Count - 1;
    }

    /// <summary>The texts by code.</summary>
    public StringArray Build()
    {
        var offsets = new byte[(_ends.Count + 1) * sizeof(int)];
        CollectionsMarshal.AsSpan(_ends).CopyTo(MemoryMarshal.Cast<byte, int>(offsets.AsSpan())[1..]);
        return new StringArray(
            new ArrayData(StringType.Default, _ends.Count, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(offsets), new ArrowBuffer(_bytes.WrittenMemory)]));
    }

    ReadOnlySpan<byte> TextOf(int code) => _bytes.WrittenSpan[(code == 0 ? 0 : _ends[code - 1]).._ends[code]];
}
