using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Sets one JSON value in the column of its field. A value is taken when the column can give it back: besides the right type, digits in
/// a string for an integer, "true" for a boolean, one text for a list. Anything else is refused, sets nothing, and is kept elsewhere.
/// </summary>
static class ValueConverter
{
    const double WholeDoubleMax = 9_007_199_254_740_992;

    /// <summary>False when the value does not fit; then the row is as it was.</summary>
    /// <param name="column">The column of the field.</param>
    /// <param name="kind">What the field takes.</param>
    /// <param name="row">The row.</param>
    /// <param name="raw">The value as it stands in the line, strings with their quotes; valid JSON, not null.</param>
    public static bool TrySet(Column column, FieldKind kind, int row, ReadOnlySpan<byte> raw) => kind switch
    {
        FieldKind.Json => SetRaw((TextColumn)column, row, raw),
        FieldKind.Text => TrySetText((TextColumn)column, row, raw),
        FieldKind.Timestamp => TrySetTime((TimestampColumn)column, row, raw),
        FieldKind.Integer => TrySetInteger((Int64Column)column, row, raw),
        FieldKind.Real => TrySetReal((DoubleColumn)column, row, raw),
        FieldKind.Boolean => TrySetBoolean((BooleanColumn)column, row, raw),
        FieldKind.TextList or FieldKind.IntegerList => TrySetList((ListColumn)column, row, raw),
        _ => TrySetMap((MapColumn)column, row, raw),
    };

    /// <summary>The text of a JSON string; false when it holds half of a surrogate pair, which UTF-8 cannot write.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> target, out int written)
    {
        written = 0;
        var inner = raw[1..^1];
        if (!inner.Contains((byte)'\\'))
        {
            inner.CopyTo(target);
            written = inner.Length;
            return true;
        }

        var reader = new Utf8JsonReader(raw);
        reader.Read();
        try
        {
            written = reader.CopyString(target);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What kind of value begins with this byte.</summary>
    public static JsonTokenType KindOf(ReadOnlySpan<byte> raw) => raw[0] switch
    {
        (byte)'"' => JsonTokenType.String,
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        _ => JsonTokenType.Number,
    };

    static bool SetRaw(TextColumn texts, int row, ReadOnlySpan<byte> raw)
    {
        texts.Set(row, raw);
        return true;
    }

    static bool TrySetText(TextColumn texts, int row, ReadOnlySpan<byte> raw)
    {
        var kind = KindOf(raw);
        if (kind is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
            return SetRaw(texts, row, raw);
        if (kind != JsonTokenType.String)
            return false;
        var text = raw.Length <= 1024 ? stackalloc byte[1024] : new byte[raw.Length];
        if (!TryUnescape(raw, text, out var written))
            return false;
        texts.Set(row, text[..written]);
        return true;
    }

    static bool TrySetTime(TimestampColumn times, int row, ReadOnlySpan<byte> raw)
    {
        var text = KindOf(raw) switch
        {
            JsonTokenType.Number => raw,
            JsonTokenType.String => raw[1..^1],
            _ => [],
        };
        if (!TimestampParser.TryParse(text, out var microseconds))
            return false;
        times.Set(row, microseconds);
        return true;
    }

    static bool TrySetInteger(Int64Column integers, int row, ReadOnlySpan<byte> raw)
    {
        if (!TryInteger(raw, out var value))
            return false;
        integers.Set(row, value);
        return true;
    }

    static bool TryInteger(ReadOnlySpan<byte> raw, out long value)
    {
        value = 0;
        if (KindOf(raw) == JsonTokenType.String)
        {
            // Only digits that print the same again: "007" is no number.
            raw = raw[1..^1];
            Span<byte> canonical = stackalloc byte[20];
            return Utf8Parser.TryParse(raw, out value, out var taken) && taken == raw.Length
                && Utf8Formatter.TryFormat(value, canonical, out var size) && canonical[..size].SequenceEqual(raw);
        }

        if (KindOf(raw) != JsonTokenType.Number)
            return false;
        if (Utf8Parser.TryParse(raw, out value, out var read) && read == raw.Length)
            return true;
        // 200.0 and 2e2 are JSON's other ways to write 200.
        if (!Utf8Parser.TryParse(raw, out double real, out read) || read != raw.Length || real != Math.Floor(real) || Math.Abs(real) > WholeDoubleMax)
            return false;
        value = (long)real;
        return true;
    }

    static bool TrySetReal(DoubleColumn reals, int row, ReadOnlySpan<byte> raw)
    {
        var kind = KindOf(raw);
        if (kind is not (JsonTokenType.String or JsonTokenType.Number))
            return false;
        var text = kind == JsonTokenType.String ? raw[1..^1] : raw;
        if (!Utf8Parser.TryParse(text, out double value, out var read) || read != text.Length || !double.IsFinite(value))
            return false;
        if (kind == JsonTokenType.String && value.ToString("R", CultureInfo.InvariantCulture) != Encoding.UTF8.GetString(text))
            return false;
        reals.Set(row, value);
        return true;
    }

    static bool TrySetBoolean(BooleanColumn booleans, int row, ReadOnlySpan<byte> raw)
    {
        var isTrue = raw.SequenceEqual("true"u8) || Ascii.EqualsIgnoreCase(raw, "\"true\""u8);
        if (!isTrue && !raw.SequenceEqual("false"u8) && !Ascii.EqualsIgnoreCase(raw, "\"false\""u8))
            return false;
        booleans.Set(row, isTrue);
        return true;
    }

    static bool TrySetList(ListColumn list, int row, ReadOnlySpan<byte> raw)
    {
        if (KindOf(raw) == JsonTokenType.StartArray)
            return TrySetItems(list, row, raw);
        if (KindOf(raw) != JsonTokenType.String)
            return false;
        // Old jobs send lists as a string with the JSON text in it, and single texts bare.
        var text = raw[1..^1];
        if (!text.Contains((byte)'\\') && text is [(byte)'[', .., (byte)']'])
            return IsArray(text) && TrySetItems(list, row, text);
        if (list.Items is not TextColumn texts || !TrySetText(texts, list.NextItem, raw))
            return false;
        list.SetItems(row, 1);
        return true;
    }

    /// <summary>Takes a list whose items all fit. Items that were set when one does not are of no account: no row points to them.</summary>
    static bool TrySetItems(ListColumn list, int row, ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var (item, start) = (list.NextItem + count++, (int)reader.TokenStartIndex);
            if (reader.TokenType == JsonTokenType.Null)
            {
                list.Items.Unset(item);
                continue;
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                return false;
            var raw = array[start..(int)reader.BytesConsumed];
            var fits = list.Items is TextColumn texts
                ? reader.TokenType == JsonTokenType.String && TrySetText(texts, item, raw)
                : TrySetInteger((Int64Column)list.Items, item, raw);
            if (!fits)
                return false;
        }

        list.SetItems(row, count);
        return true;
    }

    static bool IsArray(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            return reader.Read() && reader.TokenType == JsonTokenType.StartArray && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Takes a map whose keys are texts, each once; a value that is no text is kept as its JSON text.</summary>
    static bool TrySetMap(MapColumn map, int row, ReadOnlySpan<byte> raw)
    {
        if (KindOf(raw) != JsonTokenType.StartObject)
            return false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var item = map.NextItem + count++;
            var key = raw.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
            if (!TrySetText(map.Keys, item, key) || !names.Add(Encoding.UTF8.GetString(map.Keys[item])))
                return false;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = raw[start..(int)reader.BytesConsumed];
            if (KindOf(value) == JsonTokenType.Null)
                map.Values.Unset(item);
            else if (!TrySetText(map.Values, item, value))
                map.Values.Set(item, value);
        }

        map.SetItems(row, count);
        return true;
    }
}
