using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using Varve.Datasets;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Reads a record straight into columns, in one pass over its bytes. It takes what records are nearly always like; of anything else it
/// lets go, and <see cref="SlowReader"/> reads the line anew. So it never has to say why, and must only never take what that one would not,
/// or take it otherwise. Which field comes next is guessed from the record before: the guess is one comparison.
/// </summary>
// HOT PATH: bench/Varve.Load ingest; no allocation per line.
sealed class LineParser
{
    const int None = NameTable.None;
    const int DigitsMax = 18;

    readonly RecordColumns _record;
    readonly NameTable _names;
    readonly TextStage _stage;
    readonly Token[] _tokens;
    readonly int[] _next;
    readonly int[] _seen;
    readonly int _start;
    readonly int _unknown;
    int _stamp;
    byte[] _scratch = new byte[4096];

    public LineParser(Dataset dataset, RecordColumns record, NameTable names, TextStage stage)
    {
        (_record, _names, _stage) = (record, names, stage);
        var fields = dataset.Fields.Count;
        _tokens = [.. dataset.Fields.Select((field, index) => new Token(field.Name, record.Kinds[index], record.Columns[index], stage.PlaceOf(record.Columns[index])))];
        // After the start of a record and after an unknown field something comes, too.
        (_start, _unknown) = (fields, fields + 1);
        _next = new int[fields + 2];
        _next.AsSpan().Fill(None);
        _seen = new int[fields];
    }

    enum Fate
    {
        /// <summary>The value is in its column, or is null.</summary>
        Taken,

        /// <summary>The column cannot give this value back.</summary>
        Refused,

        /// <summary>No JSON, or too odd for this reader.</summary>
        Odd,
    }

    /// <summary>Reads a line into a row. False when the line has to be read otherwise; then the row has to be cleared.</summary>
    /// <param name="buffer">Holds the line; <see cref="JsonBytes.Padding"/> bytes can be read beyond it, the first of them is a newline.</param>
    /// <param name="at">Where the line begins.</param>
    /// <param name="end">Where it ends: the place of the newline.</param>
    /// <param name="row">The row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryParse(byte[] buffer, int at, int end, int row)
    {
        // No text is longer than its line.
        if (_scratch.Length < end - at + JsonBytes.Padding)
            _scratch = new byte[Math.Max(end - at + JsonBytes.Padding, _scratch.Length * 2)];
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(buffer);
        if (++_stamp == 0)
            _seen.AsSpan().Clear();
        at = JsonBytes.SkipBlanks(ref bytes, at);
        if (Unsafe.Add(ref bytes, at) != '{')
            return false;
        at = JsonBytes.SkipBlanks(ref bytes, at + 1);
        if (Unsafe.Add(ref bytes, at) == '}')
            return JsonBytes.SkipBlanks(ref bytes, at + 1) == end;
        var before = _start;
        ref var tokens = ref MemoryMarshal.GetArrayDataReference(_tokens);
        while (true)
        {
            var name = at;
            var field = _next[before];
            int nameEnd;
            if (field >= 0 && Unsafe.Add(ref tokens, field).Matches(ref bytes, at))
            {
                at += Unsafe.Add(ref tokens, field).Length;
                nameEnd = at - 1;
            }
            else
            {
                if (Unsafe.Add(ref bytes, at) != '"')
                    return false;
                nameEnd = JsonBytes.SkipText(ref bytes, at, out var hasEscapes);
                if (nameEnd < 0 || hasEscapes)
                    return false;
                field = _names.Find(buffer.AsSpan(at + 1, nameEnd - at - 2));
                at = JsonBytes.SkipBlanks(ref bytes, nameEnd);
                if (Unsafe.Add(ref bytes, at) != ':')
                    return false;
                at++;
                _next[before] = field;
            }

            if (Unsafe.Add(ref bytes, at) <= ' ')
                at = JsonBytes.SkipBlanks(ref bytes, at);
            var value = at;
            if (field >= 0)
            {
                if (_seen[field] == _stamp)
                    return false;
                _seen[field] = _stamp;
                var fate = Take(buffer, ref bytes, ref at, ref Unsafe.Add(ref tokens, field), row);
                if (fate == Fate.Odd)
                    return false;
                if (fate == Fate.Refused)
                {
                    at = JsonBytes.SkipValue(ref bytes, value, depth: 1);
                    if (at < 0)
                        return false;
                    _record.AddExtra(name, nameEnd, value, at);
                }

                before = field;
            }
            else
            {
                at = JsonBytes.SkipValue(ref bytes, at, depth: 1);
                if (at < 0)
                    return false;
                _record.AddExtra(name, nameEnd, value, at);
                before = _unknown;
            }

            if (Unsafe.Add(ref bytes, at) <= ' ')
                at = JsonBytes.SkipBlanks(ref bytes, at);
            var next = Unsafe.Add(ref bytes, at);
            at++;
            if (next == '}')
                return JsonBytes.SkipBlanks(ref bytes, at) == end;
            if (next != ',')
                return false;
            if (Unsafe.Add(ref bytes, at) <= ' ')
                at = JsonBytes.SkipBlanks(ref bytes, at);
        }
    }

    Fate Take(byte[] buffer, ref byte bytes, ref int at, ref Token token, int row) => token.Kind switch
    {
        FieldKind.Text => TakeText(buffer, ref bytes, ref at, ref token, row),
        FieldKind.Integer => TakeInteger(buffer, ref bytes, ref at, Unsafe.As<Int64Column>(token.Column), row),
        FieldKind.Timestamp => TakeTimestamp(buffer, ref bytes, ref at, Unsafe.As<TimestampColumn>(token.Column), row),
        FieldKind.Real => TakeReal(buffer, ref bytes, ref at, Unsafe.As<DoubleColumn>(token.Column), row),
        FieldKind.Boolean => TakeBoolean(buffer, ref bytes, ref at, Unsafe.As<BooleanColumn>(token.Column), row),
        FieldKind.TextList => TakeTextList(buffer, ref bytes, ref at, Unsafe.As<ListColumn>(token.Column), row),
        FieldKind.Map => TakeMap(buffer, ref bytes, ref at, Unsafe.As<MapColumn>(token.Column), row),
        _ => TakeOther(buffer, ref bytes, ref at, token.Column, token.Kind, row),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Fate TakeText(byte[] buffer, ref byte bytes, ref int at, ref Token token, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '"')
            return TakeOther(buffer, ref bytes, ref at, token.Column, FieldKind.Text, row);
        var start = at + 1;
        var end = JsonBytes.EndOfText(ref bytes, start);
        if (Unsafe.Add(ref bytes, end) != '"')
            return TakeEscaped(buffer, ref bytes, ref at, Unsafe.As<TextColumn>(token.Column), row);
        _stage.Note(token.Place, start, end - start);
        at = end + 1;
        return Fate.Taken;
    }

    Fate TakeEscaped(byte[] buffer, ref byte bytes, ref int at, TextColumn texts, int row)
    {
        var end = JsonBytes.Unescape(ref bytes, at, _scratch, out var length);
        if (end < 0)
            return TakeOther(buffer, ref bytes, ref at, texts, FieldKind.Text, row);
        texts.Set(row, ref _scratch[0], length);
        at = end;
        return Fate.Taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Fate TakeInteger(byte[] buffer, ref byte bytes, ref int at, Int64Column integers, int row)
    {
        // Eight bytes at once: where the digits end, and their value.
        var isNegative = Unsafe.Add(ref bytes, at) == '-';
        var first = isNegative ? at + 1 : at;
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, first));
        var others = (((word ^ 0x3030303030303030) + 0x7676767676767676) | word) & 0x8080808080808080;
        var digits = BitOperations.TrailingZeroCount(others) >> 3;
        long value;
        if (digits < sizeof(ulong) && digits > 0)
            value = ValueOf(word << ((sizeof(ulong) - digits) * 8));
        else
            (value, digits) = LongDigits(ref bytes, first);
        var end = first + digits;
        if (digits is 0 or > DigitsMax || Unsafe.Add(ref bytes, end) is (byte)'.' or (byte)'e' or (byte)'E' || (digits > 1 && Unsafe.Add(ref bytes, first) == '0'))
            return TakeOther(buffer, ref bytes, ref at, integers, FieldKind.Integer, row);
        integers.Set(row, isNegative ? -value : value);
        at = end;
        return Fate.Taken;
    }

    /// <summary>The value of up to eight digits, of which the first is in the lowest byte, after zero bytes for those that are missing.</summary>
    static long ValueOf(ulong word)
    {
        word = ((word & 0x0F0F0F0F0F0F0F0F) * ((10 << 8) + 1)) >> 8;
        word = ((word & 0x00FF00FF00FF00FF) * ((100 << 16) + 1)) >> 16;
        return (long)(((word & 0x0000FFFF0000FFFF) * ((10_000UL << 32) + 1)) >> 32);
    }

    static (long Value, int Digits) LongDigits(ref byte bytes, int at)
    {
        long value = 0;
        var digits = 0;
        for (; digits <= DigitsMax && JsonBytes.IsDigit(Unsafe.Add(ref bytes, at + digits)); digits++)
            value = unchecked((value * 10) + Unsafe.Add(ref bytes, at + digits) - '0');
        return (value, digits);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Fate TakeTimestamp(byte[] buffer, ref byte bytes, ref int at, TimestampColumn times, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '"')
            return TakeOther(buffer, ref bytes, ref at, times, FieldKind.Timestamp, row);
        var end = JsonBytes.EndOfText(ref bytes, at + 1);
        if (Unsafe.Add(ref bytes, end) != '"')
            return TakeOther(buffer, ref bytes, ref at, times, FieldKind.Timestamp, row);
        if (!_record.Times.TryParse(buffer.AsSpan(at + 1, end - at - 1), out var microseconds))
            return Fate.Refused;
        times.Set(row, microseconds);
        at = end + 1;
        return Fate.Taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Fate TakeReal(byte[] buffer, ref byte bytes, ref int at, DoubleColumn reals, int row)
    {
        // Digits that a double holds exactly, over a power of ten that it holds exactly: the quotient is rounded once, as it has to be.
        const long WholeMax = 1L << 53;
        var digit = at;
        long digits = 0;
        var (whole, fraction) = (0, 0);
        for (; JsonBytes.IsDigit(Unsafe.Add(ref bytes, digit)) && whole < DigitsMax; whole++)
            digits = (digits * 10) + Unsafe.Add(ref bytes, digit++) - '0';
        if (whole > 0 && Unsafe.Add(ref bytes, digit) == '.')
            for (digit++; JsonBytes.IsDigit(Unsafe.Add(ref bytes, digit)) && whole + fraction < DigitsMax; fraction++)
                digits = (digits * 10) + Unsafe.Add(ref bytes, digit++) - '0';
        var next = Unsafe.Add(ref bytes, digit);
        if (whole == 0 || digits > WholeMax || JsonBytes.IsDigit(next) || next is (byte)'.' or (byte)'e' or (byte)'E'
            || Unsafe.Add(ref bytes, digit - 1) == '.' || (whole > 1 && Unsafe.Add(ref bytes, at) == '0'))
            return TakeOther(buffer, ref bytes, ref at, reals, FieldKind.Real, row);
        reals.Set(row, fraction == 0 ? digits : digits / PowersOfTen[fraction]);
        at = digit;
        return Fate.Taken;
    }

    static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static Fate TakeBoolean(byte[] buffer, ref byte bytes, ref int at, BooleanColumn booleans, int row)
    {
        if (JsonBytes.Is(ref bytes, at, "true"u8))
        {
            booleans.Set(row, value: true);
            at += 4;
            return Fate.Taken;
        }

        if (!JsonBytes.Is(ref bytes, at, "false"u8))
            return TakeOther(buffer, ref bytes, ref at, booleans, FieldKind.Boolean, row);
        booleans.Set(row, value: false);
        at += 5;
        return Fate.Taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Fate TakeTextList(byte[] buffer, ref byte bytes, ref int at, ListColumn list, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '[')
            return TakeOther(buffer, ref bytes, ref at, list, FieldKind.TextList, row);
        var items = Unsafe.As<TextColumn>(list.Items);
        var place = JsonBytes.SkipBlanks(ref bytes, at + 1);
        var count = 0;
        if (Unsafe.Add(ref bytes, place) != ']')
            while (true)
            {
                if (!TrySetText(buffer, ref bytes, ref place, items, list.NextItem + count))
                    return TakeOther(buffer, ref bytes, ref at, list, FieldKind.TextList, row);
                count++;
                place = JsonBytes.SkipBlanks(ref bytes, place);
                if (Unsafe.Add(ref bytes, place) == ']')
                    break;
                if (Unsafe.Add(ref bytes, place) != ',')
                    return Fate.Odd;
                place = JsonBytes.SkipBlanks(ref bytes, place + 1);
            }

        list.SetItems(row, count);
        at = place + 1;
        return Fate.Taken;
    }

    /// <summary>A small map of texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    Fate TakeMap(byte[] buffer, ref byte bytes, ref int at, MapColumn map, int row)
    {
        const int EntriesMax = 32;
        if (Unsafe.Add(ref bytes, at) != '{')
            return TakeOther(buffer, ref bytes, ref at, map, FieldKind.Map, row);
        var place = JsonBytes.SkipBlanks(ref bytes, at + 1);
        var count = 0;
        if (Unsafe.Add(ref bytes, place) != '}')
            while (true)
            {
                if (count == EntriesMax || !TrySetText(buffer, ref bytes, ref place, map.Keys, map.NextItem + count) || HasKey(map, count))
                    return TakeOther(buffer, ref bytes, ref at, map, FieldKind.Map, row);
                place = JsonBytes.SkipBlanks(ref bytes, place);
                if (Unsafe.Add(ref bytes, place) != ':')
                    return Fate.Odd;
                place = JsonBytes.SkipBlanks(ref bytes, place + 1);
                if (!TrySetText(buffer, ref bytes, ref place, map.Values, map.NextItem + count))
                    return TakeOther(buffer, ref bytes, ref at, map, FieldKind.Map, row);
                count++;
                place = JsonBytes.SkipBlanks(ref bytes, place);
                if (Unsafe.Add(ref bytes, place) == '}')
                    break;
                if (Unsafe.Add(ref bytes, place) != ',')
                    return Fate.Odd;
                place = JsonBytes.SkipBlanks(ref bytes, place + 1);
            }

        map.SetItems(row, count);
        at = place + 1;
        return Fate.Taken;
    }

    /// <summary>True when the last key was there before.</summary>
    static bool HasKey(MapColumn map, int count)
    {
        for (var entry = 0; entry < count; entry++)
            if (map.Keys[map.NextItem + entry].SequenceEqual(map.Keys[map.NextItem + count]))
                return true;
        return false;
    }

    bool TrySetText(byte[] buffer, ref byte bytes, ref int at, TextColumn texts, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '"')
            return false;
        var end = JsonBytes.EndOfText(ref bytes, at + 1);
        if (Unsafe.Add(ref bytes, end) == '"')
        {
            texts.Set(row, ref Unsafe.Add(ref bytes, at + 1), end - at - 1);
            at = end + 1;
            return true;
        }

        end = JsonBytes.Unescape(ref bytes, at, _scratch, out var length);
        if (end < 0)
            return false;
        texts.Set(row, ref _scratch[0], length);
        at = end;
        return true;
    }

    /// <summary>A value in an unusual form: its extent is found first, then it is converted, if the column can give it back.</summary>
    static Fate TakeOther(byte[] buffer, ref byte bytes, ref int at, Column column, FieldKind kind, int row)
    {
        var start = at;
        at = JsonBytes.SkipValue(ref bytes, at, depth: 1);
        if (at < 0)
            return Fate.Odd;
        var raw = buffer.AsSpan(start, at - start);
        if (raw.SequenceEqual("null"u8))
            return Fate.Taken;
        return ValueConverter.TrySet(column, kind, row, raw) ? Fate.Taken : Fate.Refused;
    }

    /// <summary>A field as it is written in a record, <c>"Name":</c>, and where its values go.</summary>
    readonly struct Token
    {
        readonly Vector256<byte> _head;
        readonly Vector256<byte> _mask;
        readonly byte[]? _rest;

        public Token(string name, FieldKind kind, Column column, int place)
        {
            (Kind, Column, Place) = (kind, column, place);
            var text = Encoding.UTF8.GetBytes($"\"{name}\":");
            var (head, mask) = (new byte[Vector256<byte>.Count], new byte[Vector256<byte>.Count]);
            Length = text.Length;
            var first = Math.Min(head.Length, text.Length);
            text.AsSpan(0, first).CopyTo(head);
            mask.AsSpan(0, first).Fill(0xFF);
            (_head, _mask) = (Vector256.Create(head), Vector256.Create(mask));
            _rest = text.Length > head.Length ? text[head.Length..] : null;
        }

        public FieldKind Kind { get; }

        public Column Column { get; }

        /// <summary>Of a text: its place in the stage.</summary>
        public int Place { get; }

        public int Length { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Matches(ref byte bytes, int at) =>
            (Vector256.LoadUnsafe(ref bytes, (nuint)at) & _mask) == _head
            && (_rest is null || JsonBytes.Is(ref bytes, at + Vector256<byte>.Count, _rest));
    }
}
