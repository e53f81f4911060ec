using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>
/// Appends one JSON value to the column of its field. A value is taken when the column can give it back: besides the right type, digits in
/// a string for an integer, "true" for a boolean, one text for a list. Anything else is refused, appends nothing, and is kept elsewhere.
/// </summary>
static class ValueConverter
{
    const double WholeDoubleMax = 9_007_199_254_740_992;

    /// <summary>False when the value does not fit; then nothing was appended.</summary>
    /// <param name="column">The column of the field.</param>
    /// <param name="isJson">True when the field takes any JSON value as text.</param>
    /// <param name="kind">First token of the value; not null.</param>
    /// <param name="raw">The value as it stands in the line, strings with their quotes.</param>
    public static bool TryAppend(ColumnBuffer column, bool isJson, JsonTokenType kind, ReadOnlySpan<byte> raw) => column switch
    {
        Utf8Column texts when isJson => AppendRaw(texts, raw),
        Utf8Column texts => TryAppendText(texts, kind, raw),
        TimestampColumn times => TryAppendTime(times, kind, raw),
        Int64Column integers => TryAppendInteger(integers, kind, raw),
        DoubleColumn reals => TryAppendReal(reals, kind, raw),
        BooleanColumn booleans => TryAppendBoolean(booleans, kind, raw),
        ListColumn list => TryAppendList(list, kind, raw),
        MapColumn map => TryAppendMap(map, kind, raw),
        _ => false,
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

    static bool AppendRaw(Utf8Column texts, ReadOnlySpan<byte> raw)
    {
        texts.Append(raw);
        return true;
    }

    static bool TryAppendText(Utf8Column texts, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        if (kind is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
            return AppendRaw(texts, raw);
        if (kind != JsonTokenType.String || !TryUnescape(raw, texts.Reserve(raw.Length), out var written))
            return false;
        texts.Commit(written);
        return true;
    }

    static bool TryAppendTime(TimestampColumn times, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        var text = kind switch
        {
            JsonTokenType.Number => raw,
            JsonTokenType.String => raw[1..^1],
            _ => [],
        };
        if (!TimestampParser.TryParse(text, out var microseconds))
            return false;
        times.Append(microseconds);
        return true;
    }

    static bool TryAppendInteger(Int64Column integers, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        if (!TryInteger(kind, raw, out var value))
            return false;
        integers.Append(value);
        return true;
    }

    static bool TryInteger(JsonTokenType kind, ReadOnlySpan<byte> raw, out long value)
    {
        value = 0;
        if (kind == JsonTokenType.String)
        {
            // Only digits that print the same again: "007" is no number.
            raw = raw[1..^1];
            Span<byte> canonical = stackalloc byte[20];
            return Utf8Parser.TryParse(raw, out value, out var taken) && taken == raw.Length
                && Utf8Formatter.TryFormat(value, canonical, out var size) && canonical[..size].SequenceEqual(raw);
        }

        if (kind != JsonTokenType.Number)
            return false;
        if (Utf8Parser.TryParse(raw, out value, out var read) && read == raw.Length)
            return true;
        // 200.0 and 2e2 are JSON's other ways to write 200.
        if (!Utf8Parser.TryParse(raw, out double real, out read) || read != raw.Length || real != Math.Floor(real) || Math.Abs(real) > WholeDoubleMax)
            return false;
        value = (long)real;
        return true;
    }

    static bool TryAppendReal(DoubleColumn reals, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        var isText = kind == JsonTokenType.String;
        if (!isText && kind != JsonTokenType.Number)
            return false;
        var text = isText ? raw[1..^1] : raw;
        if (!Utf8Parser.TryParse(text, out double value, out var read) || read != text.Length || !double.IsFinite(value))
            return false;
        if (isText && value.ToString("R", CultureInfo.InvariantCulture) != Encoding.UTF8.GetString(text))
            return false;
        reals.Append(value);
        return true;
    }

    static bool TryAppendBoolean(BooleanColumn booleans, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        var value = kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String when Ascii.EqualsIgnoreCase(raw, "\"true\""u8) => true,
            JsonTokenType.String when Ascii.EqualsIgnoreCase(raw, "\"false\""u8) => false,
            _ => (bool?)null,
        };
        if (value is null)
            return false;
        booleans.Append(value.Value);
        return true;
    }

    static bool TryAppendList(ListColumn list, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        if (kind == JsonTokenType.String)
        {
            // Old jobs send lists as a string with the JSON text in it, and single texts bare.
            var text = raw[1..^1];
            if (!text.Contains((byte)'\\') && text is [(byte)'[', .., (byte)']'])
                return IsArray(text) && TryAppendItems(list, text);
            if (list.Items is not Utf8Column || !TryAppendItem(list.Items, kind, raw))
                return false;
            list.EndRow();
            return true;
        }

        return kind == JsonTokenType.StartArray && TryAppendItems(list, raw);
    }

    static bool TryAppendItems(ListColumn list, ReadOnlySpan<byte> array)
    {
        // Items once appended stay: look first.
        if (!ItemsFit(list.Items is Utf8Column, array))
            return false;
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (reader.TokenType == JsonTokenType.Null)
                list.Items.AppendNull();
            else
                TryAppendItem(list.Items, reader.TokenType, array[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]);
        list.EndRow();
        return true;
    }

    static bool TryAppendItem(ColumnBuffer items, JsonTokenType kind, ReadOnlySpan<byte> raw) =>
        items is Utf8Column texts ? TryAppendText(texts, kind, raw) : TryAppendInteger((Int64Column)items, kind, raw);

    static bool ItemsFit(bool isText, ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
                continue;
            var raw = array[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
            var fits = isText
                ? reader.TokenType == JsonTokenType.String && TryUnescape(raw, new byte[raw.Length], out _)
                : TryInteger(reader.TokenType, raw, out _);
            if (!fits)
                return false;
        }

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

    static bool TryAppendMap(MapColumn map, JsonTokenType kind, ReadOnlySpan<byte> raw)
    {
        if (kind != JsonTokenType.StartObject || !MapFits(raw))
            return false;
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            TryAppendText(map.Keys, JsonTokenType.String, raw[(int)reader.TokenStartIndex..((int)reader.TokenStartIndex + reader.ValueSpan.Length + 2)]);
            reader.Read();
            var (start, valueKind) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            var value = raw[start..(int)reader.BytesConsumed];
            if (valueKind == JsonTokenType.Null)
                map.Values.AppendNull();
            else if (!TryAppendText(map.Values, valueKind, value))
                map.Values.Append(value);
        }

        map.EndRow();
        return true;
    }

    /// <summary>A map's keys are texts, each once; a value that is no text is kept as its JSON text.</summary>
    static bool MapFits(ReadOnlySpan<byte> raw)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!names.Add(reader.GetString()!))
                    return false;
                reader.Read();
                reader.Skip();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
