using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Varve.Query.Formats;

/// <summary>How the values of an answer are written, the same on every way out.</summary>
public static class ValueText
{
    /// <summary>Integers beyond this are not exact in JavaScript.</summary>
    public const long SafeIntegerMax = (1L << 53) - 1;

    /// <summary>The options under which all JSON of Varve is written.</summary>
    public static JsonWriterOptions JsonOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a value as JSON.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">A value of a <see cref="RowBlock"/>.</param>
    /// <param name="type">The type of its column.</param>
    /// <param name="quoteLargeIntegers">True for readers that hold numbers as doubles.</param>
    public static void WriteJson(Utf8JsonWriter writer, object? value, ColumnType type, bool quoteLargeIntegers)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text when type == ColumnType.Json && IsJson(text):
                WriteOnOneLine(writer, text);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case long whole when quoteLargeIntegers && whole is > SafeIntegerMax or < -SafeIntegerMax:
                writer.WriteStringValue(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case long whole:
                writer.WriteNumberValue(whole);
                break;
            case BigInteger whole when quoteLargeIntegers && BigInteger.Abs(whole) > SafeIntegerMax:
                writer.WriteStringValue(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case BigInteger whole:
                writer.WriteRawValue(whole.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case double real when double.IsFinite(real):
                writer.WriteNumberValue(real);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case JsonElement json:
                json.WriteTo(writer);
                break;
            case IDictionary map:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    writer.WritePropertyName(Text(entry.Key));
                    WriteJson(writer, entry.Value, ColumnType.String, quoteLargeIntegers);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                    WriteJson(writer, item, ColumnType.String, quoteLargeIntegers);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Text(value));
                break;
        }
    }

    /// <summary>A value as text for a table or CSV; lists and maps as JSON, null as nothing.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime instant => Instant(instant),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        JsonElement json => json.GetRawText(),
        IEnumerable => Json(value),
        _ => value.ToString() ?? "",
    };

    /// <summary>RFC 3339 in UTC with as many of 0, 3 or 6 fraction digits as are needed.</summary>
    public static string Instant(DateTime instant)
    {
        var ticks = instant.Ticks % TimeSpan.TicksPerSecond;
        var format = ticks == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'"
            : ticks % TimeSpan.TicksPerMillisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"
            : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return instant.ToString(format, CultureInfo.InvariantCulture);
    }

    static string Json(object value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonOptions))
            WriteJson(writer, value, ColumnType.String, quoteLargeIntegers: false);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    // A row is a line, also where another writer laid its JSON out over several.
    static void WriteOnOneLine(Utf8JsonWriter writer, string text)
    {
        if (text.AsSpan().ContainsAny('\n', '\r'))
        {
            using var document = JsonDocument.Parse(text);
            document.RootElement.WriteTo(writer);
        }
        else
            writer.WriteRawValue(text, skipInputValidation: true);
    }

    // Varve writes JSON columns itself, but tables are open: others may have put anything there.
    static bool IsJson(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
