using System.Buffers;
using System.Buffers.Text;

namespace Varve.Delta.Columns;

/// <summary>
/// The few fields of an add action that a replay needs, read from its line without an object for each. It takes the JSON that writers in fact
/// write: no spaces, no escapes but in the statistics, fields that the protocol has. Anything else, valid or not, is not taken: it has to be read in
/// full, which also tells what is wrong.
/// </summary>
// HOT PATH: bench/Varve.Load/DeltaBenchmark.cs, replay; nothing is allocated.
ref struct AddLine
{
    static readonly SearchValues<byte> EndsText = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static unit => (byte)unit), (byte)'"', (byte)'\\']);

    static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    readonly ReadOnlySpan<byte> _line;
    int _at;
    bool _hasSize;
    bool _hasTime;
    bool _hasDataChange;

    AddLine(ReadOnlySpan<byte> line)
    {
        _line = line;
        _at = Start.Length;
    }

    /// <summary>How nearly every writer starts the line.</summary>
    public static ReadOnlySpan<byte> Start => "{\"add\":{"u8;

    /// <summary>The path as it stands in the line.</summary>
    public ReadOnlySpan<byte> Path { get; private set; }

    /// <summary>The JSON object of the partition values.</summary>
    public ReadOnlySpan<byte> Partition { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Reads a line that begins with <see cref="Start"/>; false when it is not taken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out AddLine add)
    {
        add = new AddLine(line);
        return add.TryReadFields() && add is { Path.Length: > 0, Partition.Length: > 0, _hasSize: true, _hasTime: true, _hasDataChange: true };
    }

    bool TryReadFields()
    {
        while (TryText(out var name) && Take((byte)':') && TryField(name))
            if (!Take((byte)','))
                return _line[_at..].SequenceEqual("}}"u8);
        return false;
    }

    bool TryField(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("path"u8):
                var isText = TryText(out var path);
                Path = path;
                return isText;
            case 4 when name.SequenceEqual("size"u8):
                var isSize = TryNumber(out var size);
                (Size, _hasSize) = (size, isSize);
                return isSize;
            case 4 when name.SequenceEqual("tags"u8):
                return TakeNull() || TryTexts(out _);
            case 5 when name.SequenceEqual("stats"u8):
                return TakeNull() || TryEscapedText();
            case 9 when name.SequenceEqual("baseRowId"u8):
                return TakeNull() || TryNumber(out _);
            case 10 when name.SequenceEqual("dataChange"u8):
                return _hasDataChange = Take("true"u8) || Take("false"u8);
            case 14 when name.SequenceEqual("deletionVector"u8):
                return TakeNull();
            case 15 when name.SequenceEqual("partitionValues"u8):
                var areTexts = TryTexts(out var partition);
                Partition = partition;
                return areTexts;
            case 16 when name.SequenceEqual("modificationTime"u8):
                return _hasTime = TryNumber(out _);
            case 18 when name.SequenceEqual("clusteringProvider"u8):
                return TakeNull() || TryText(out _);
            case 23 when name.SequenceEqual("defaultRowCommitVersion"u8):
                return TakeNull() || TryNumber(out _);
            default:
                return false;
        }
    }

    /// <summary>A text without escapes.</summary>
    bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Take((byte)'"'))
            return false;
        var rest = _line[_at..];
        var length = rest.IndexOfAny(EndsText);
        if (length < 0 || rest[length] != '"')
            return false;
        text = rest[..length];
        _at += length + 1;
        return true;
    }

    bool TryEscapedText()
    {
        const int EscapeBytes = 2;
        const int EscapedDigits = 4;
        if (!Take((byte)'"'))
            return false;
        while (true)
        {
            var rest = _line[_at..];
            var length = rest.IndexOfAny(EndsText);
            if (length < 0 || rest[length] < ' ')
                return false;
            _at += length + 1;
            if (rest[length] == '"')
                return true;
            if (rest.Length < length + EscapeBytes)
                return false;
            _at++;
            if (rest[length + 1] == 'u')
            {
                if (rest.Length < length + EscapeBytes + EscapedDigits || rest.Slice(length + EscapeBytes, EscapedDigits).IndexOfAnyExcept(HexDigits) >= 0)
                    return false;
                _at += EscapedDigits;
            }
            else if (!"\"\\/bfnrt"u8.Contains(rest[length + 1]))
                return false;
        }
    }

    /// <summary>An object of texts and nulls.</summary>
    bool TryTexts(out ReadOnlySpan<byte> json)
    {
        var start = _at;
        json = default;
        if (!Take((byte)'{'))
            return false;
        if (!Take((byte)'}'))
        {
            do
                if (!TryText(out _) || !Take((byte)':') || !(TakeNull() || TryText(out _)))
                    return false;
            while (Take((byte)','));
            if (!Take((byte)'}'))
                return false;
        }

        json = _line[start.._at];
        return true;
    }

    bool TryNumber(out long number)
    {
        var rest = _line[_at..];
        // JSON has no plus and no leading zeros; a point or an exponent after the digits is no whole number.
        if (!Utf8Parser.TryParse(rest, out number, out var length) || rest[0] == '+' || (rest[0] == '0' && length > 1) || (rest.StartsWith("-0"u8) && length > 2))
            return false;
        _at += length;
        return true;
    }

    bool TakeNull() => Take("null"u8);

    bool Take(byte unit)
    {
        if (_at >= _line.Length || _line[_at] != unit)
            return false;
        _at++;
        return true;
    }

    bool Take(ReadOnlySpan<byte> text)
    {
        if (!_line[_at..].StartsWith(text))
            return false;
        _at += text.Length;
        return true;
    }
}
