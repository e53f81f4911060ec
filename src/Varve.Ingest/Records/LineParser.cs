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
    readonly Vector256<byte>[] _tokenHeads;
    readonly Vector256<byte>[] _tokenMasks;
    readonly byte[][] _tokens;
    readonly int[] _next;
    readonly int[] _seen;
    readonly int _start;
    readonly int _unknown;
    int _stamp;
    byte[] _scratch = new byte[4096];

    public LineParser(Dataset dataset, RecordColumns record, NameTable names)
    {
        (_record, _names) = (record, names);
        var fields = dataset.Fields.Count;
        _tokens = [.. dataset.Fields.Select(field => Encoding.UTF8.GetBytes($"\"{field.Name}\":"))];
        _tokenHeads = new Vector256<byte>[fields];
        _tokenMasks = new Vector256<byte>[fields];
        for (var field = 0; field < fields; field++)
        {
            var (head, mask) = (new byte[Vector256<byte>.Count], new byte[Vector256<byte>.Count]);
            var length = Math.Min(head.Length, _tokens[field].Length);
            _tokens[field].AsSpan(0, length).CopyTo(head);
            mask.AsSpan(0, length).Fill(0xFF);
            (_tokenHeads[field], _tokenMasks[field]) = (Vector256.Create(head), Vector256.Create(mask));
        }

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
    public bool TryParse(byte[] buffer, int at, int end, int row)
    {
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
        while (true)
        {
            var name = at;
            var field = _next[before];
            int nameEnd;
            if (field >= 0 && IsToken(ref bytes, at, field))
            {
                at += _tokens[field].Length;
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

            at = JsonBytes.SkipBlanks(ref bytes, at);
            var value = at;
            if (field >= 0)
            {
                if (_seen[field] == _stamp)
                    return false;
                _seen[field] = _stamp;
                var fate = Take(buffer, ref bytes, ref at, field, row);
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

            at = JsonBytes.SkipBlanks(ref bytes, at);
            var next = Unsafe.Add(ref bytes, at);
            at++;
            if (next == '}')
                return JsonBytes.SkipBlanks(ref bytes, at) == end;
            if (next != ',')
                return false;
            at = JsonBytes.SkipBlanks(ref bytes, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool IsToken(ref byte bytes, int at, int field)
    {
        if ((Vector256.LoadUnsafe(ref bytes, (nuint)at) & _tokenMasks[field]) != _tokenHeads[field])
            return false;
        var token = _tokens[field];
        return token.Length <= Vector256<byte>.Count
            || JsonBytes.Is(ref bytes, at + Vector256<byte>.Count, token.AsSpan(Vector256<byte>.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Fate Take(byte[] buffer, ref byte bytes, ref int at, int field, int row) => _record.Kinds[field] switch
    {
        FieldKind.Text => TakeText(buffer, ref bytes, ref at, Unsafe.As<TextColumn>(_record.Columns[field]), row),
        FieldKind.Integer => TakeInteger(buffer, ref bytes, ref at, Unsafe.As<Int64Column>(_record.Columns[field]), row),
        FieldKind.Timestamp => TakeTimestamp(buffer, ref bytes, ref at, Unsafe.As<TimestampColumn>(_record.Columns[field]), row),
        FieldKind.Real => TakeReal(buffer, ref bytes, ref at, field, row),
        FieldKind.Boolean => TakeBoolean(buffer, ref bytes, ref at, field, row),
        FieldKind.TextList => TakeTextList(buffer, ref bytes, ref at, field, row),
        FieldKind.Map => TakeMap(buffer, ref bytes, ref at, field, row),
        _ => TakeOther(buffer, ref bytes, ref at, field, row),
    };

    Fate TakeText(byte[] buffer, ref byte bytes, ref int at, TextColumn texts, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '"')
            return TakeOther(buffer, ref bytes, ref at, texts, FieldKind.Text, row);
        var start = at + 1;
        var end = JsonBytes.EndOfText(ref bytes, start);
        if (Unsafe.Add(ref bytes, end) == '"')
        {
            texts.Set(row, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref bytes, start), end - start));
            at = end + 1;
            return Fate.Taken;
        }

        return TakeEscaped(buffer, ref bytes, ref at, texts, row);
    }

    Fate TakeEscaped(byte[] buffer, ref byte bytes, ref int at, TextColumn texts, int row)
    {
        var start = at;
        at = JsonBytes.SkipText(ref bytes, at, out _);
        if (at < 0)
            return Fate.Odd;
        if (_scratch.Length < at - start)
            _scratch = new byte[Math.Max(at - start, _scratch.Length * 2)];
        if (!ValueConverter.TryUnescape(buffer.AsSpan(start, at - start), _scratch, out var written))
            return Fate.Refused;
        texts.Set(row, _scratch.AsSpan(0, written));
        return Fate.Taken;
    }

    Fate TakeInteger(byte[] buffer, ref byte bytes, ref int at, Int64Column integers, int row)
    {
        var digit = at;
        var isNegative = Unsafe.Add(ref bytes, at) == '-';
        if (isNegative)
            digit++;
        var first = digit;
        long value = 0;
        while (JsonBytes.IsDigit(Unsafe.Add(ref bytes, digit)))
            value = unchecked((value * 10) + Unsafe.Add(ref bytes, digit++) - '0');
        var digits = digit - first;
        if (digits is 0 or > DigitsMax || Unsafe.Add(ref bytes, digit) is (byte)'.' or (byte)'e' or (byte)'E' || (digits > 1 && Unsafe.Add(ref bytes, first) == '0'))
            return TakeOther(buffer, ref bytes, ref at, integers, FieldKind.Integer, row);
        integers.Set(row, isNegative ? -value : value);
        at = digit;
        return Fate.Taken;
    }

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

    Fate TakeReal(byte[] buffer, ref byte bytes, ref int at, int field, int row)
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
            return TakeOther(buffer, ref bytes, ref at, field, row);
        Unsafe.As<DoubleColumn>(_record.Columns[field]).Set(row, fraction == 0 ? digits : digits / PowersOfTen[fraction]);
        at = digit;
        return Fate.Taken;
    }

    static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

    Fate TakeBoolean(byte[] buffer, ref byte bytes, ref int at, int field, int row)
    {
        var booleans = Unsafe.As<BooleanColumn>(_record.Columns[field]);
        if (JsonBytes.Is(ref bytes, at, "true"u8))
        {
            booleans.Set(row, value: true);
            at += 4;
            return Fate.Taken;
        }

        if (!JsonBytes.Is(ref bytes, at, "false"u8))
            return TakeOther(buffer, ref bytes, ref at, field, row);
        booleans.Set(row, value: false);
        at += 5;
        return Fate.Taken;
    }

    Fate TakeTextList(byte[] buffer, ref byte bytes, ref int at, int field, int row)
    {
        if (Unsafe.Add(ref bytes, at) != '[')
            return TakeOther(buffer, ref bytes, ref at, field, row);
        var list = Unsafe.As<ListColumn>(_record.Columns[field]);
        var items = Unsafe.As<TextColumn>(list.Items);
        var place = JsonBytes.SkipBlanks(ref bytes, at + 1);
        var count = 0;
        if (Unsafe.Add(ref bytes, place) != ']')
            while (true)
            {
                if (Unsafe.Add(ref bytes, place) != '"')
                    return TakeOther(buffer, ref bytes, ref at, field, row);
                var end = JsonBytes.EndOfText(ref bytes, place + 1);
                if (Unsafe.Add(ref bytes, end) != '"')
                    return TakeOther(buffer, ref bytes, ref at, field, row);
                items.Set(list.NextItem + count++, buffer.AsSpan(place + 1, end - place - 1));
                place = JsonBytes.SkipBlanks(ref bytes, end + 1);
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

    /// <summary>A small map of plain texts.</summary>
    Fate TakeMap(byte[] buffer, ref byte bytes, ref int at, int field, int row)
    {
        const int EntriesMax = 32;
        if (Unsafe.Add(ref bytes, at) != '{')
            return TakeOther(buffer, ref bytes, ref at, field, row);
        var map = Unsafe.As<MapColumn>(_record.Columns[field]);
        var place = JsonBytes.SkipBlanks(ref bytes, at + 1);
        var count = 0;
        if (Unsafe.Add(ref bytes, place) != '}')
            while (true)
            {
                if (count == EntriesMax || !TryTakePlainText(buffer, ref bytes, ref place, out var key) || HasKey(map, count, key))
                    return TakeOther(buffer, ref bytes, ref at, field, row);
                place = JsonBytes.SkipBlanks(ref bytes, place);
                if (Unsafe.Add(ref bytes, place) != ':')
                    return Fate.Odd;
                place = JsonBytes.SkipBlanks(ref bytes, place + 1);
                if (!TryTakePlainText(buffer, ref bytes, ref place, out var value))
                    return TakeOther(buffer, ref bytes, ref at, field, row);
                map.Keys.Set(map.NextItem + count, key);
                map.Values.Set(map.NextItem + count++, value);
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

    static bool HasKey(MapColumn map, int count, ReadOnlySpan<byte> key)
    {
        for (var entry = 0; entry < count; entry++)
            if (map.Keys[map.NextItem + entry].SequenceEqual(key))
                return true;
        return false;
    }

    static bool TryTakePlainText(byte[] buffer, ref byte bytes, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (Unsafe.Add(ref bytes, at) != '"')
            return false;
        var end = JsonBytes.EndOfText(ref bytes, at + 1);
        if (Unsafe.Add(ref bytes, end) != '"')
            return false;
        text = buffer.AsSpan(at + 1, end - at - 1);
        at = end + 1;
        return true;
    }

    Fate TakeOther(byte[] buffer, ref byte bytes, ref int at, int field, int row) =>
        TakeOther(buffer, ref bytes, ref at, _record.Columns[field], _record.Kinds[field], row);

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
}
