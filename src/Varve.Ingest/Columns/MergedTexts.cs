using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Columns;

/// <summary>The dictionary of a column of a file: the texts of several buffers, each once.</summary>
sealed class MergedTexts(int sources, FieldRule? rule)
{
    /// <summary>The code of a text that a rule makes null.</summary>
    public const int Null = -2;

    readonly ArrayBufferWriter<byte> _bytes = new(4096);
    readonly ArrayBufferWriter<byte> _ruled = new(256);
    readonly List<int> _ends = [];
    readonly List<int> _nextOfSameHash = [];
    readonly Dictionary<ulong, int>? _byHash = sources > 1 || rule is not null ? [] : null;

    /// <summary>The code of a text, or <see cref="Null"/>.</summary>
    public int CodeOf(ReadOnlySpan<byte> text)
    {
        if (rule is not null)
        {
            _ruled.ResetWrittenCount();
            if (!rule.TryWrite(text, _ruled))
                return Null;
            text = _ruled.WrittenSpan;
        }

        if (_byHash is null)
            return Add(text, -1);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, XxHash3.HashToUInt64(text), out var known);
        for (var code = known ? first : -1; code >= 0; code = _nextOfSameHash[code])
            if (TextOf(code).SequenceEqual(text))
                return code;
        return first = Add(text, known ? first : -1);
    }

    /// <summary>The dictionary, with the least and the greatest of its texts; null when it is empty or a rule has changed them.</summary>
    public (StringArray Dictionary, string? Min, string? Max) Build(GatherScratch scratch)
    {
        var offsets = GatherScratch.As<int>(scratch.DictionaryOffsets(_ends.Count));
        offsets[0] = 0;
        var (min, max) = (0, 0);
        for (var code = 0; code < _ends.Count; code++)
        {
            offsets[code + 1] = _ends[code];
            if (TextOf(code).SequenceCompareTo(TextOf(min)) < 0)
                min = code;
            if (TextOf(code).SequenceCompareTo(TextOf(max)) > 0)
                max = code;
        }

        var array = new StringArray(new ArrayData(
            StringType.Default, _ends.Count, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(scratch.DictionaryOffsets(_ends.Count)), new ArrowBuffer(_bytes.WrittenMemory)]));
        return _ends.Count == 0 ? (array, null, null) : (array, Encoding.UTF8.GetString(TextOf(min)), Encoding.UTF8.GetString(TextOf(max)));
    }

    ReadOnlySpan<byte> TextOf(int code)
    {
        var start = code == 0 ? 0 : _ends[code - 1];
        return _bytes.WrittenSpan[start.._ends[code]];
    }

    int Add(ReadOnlySpan<byte> text, int nextOfSameHash)
    {
        _bytes.Write(text);
        _ends.Add(_bytes.WrittenCount);
        _nextOfSameHash.Add(nextOfSameHash);
        return _ends.Count - 1;
    }
}
