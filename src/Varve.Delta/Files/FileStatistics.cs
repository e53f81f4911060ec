using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Delta.Schema;

namespace Varve.Delta.Files;

/// <summary>What is known of one column of a data file.</summary>
/// <param name="Min">A value that no value of the column is less than, or null when unknown. Long, double, string, DateOnly, or DateTimeOffset by the column's type.</param>
/// <param name="Max">A value that no value of the column is greater than, or null when unknown.</param>
/// <param name="NullCount">Number of nulls, or null when unknown.</param>
public sealed record ColumnStatistics(object? Min, object? Max, long? NullCount);

/// <summary>The <c>stats</c> of an add action. Delta protocol: "Per-file Statistics".</summary>
/// <param name="NumRecords">Rows of the file, or null when unknown.</param>
/// <param name="Columns">Statistics by top-level column; a column that is not in it is unknown.</param>
public sealed record FileStatistics(long? NumRecords, IReadOnlyDictionary<string, ColumnStatistics> Columns)
{
    /// <summary>Code points of a string minimum or maximum that are kept.</summary>
    public const int StringPrefixLength = 32;

    // All six digits: a reader can tell that nothing was cut.
    const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    // Other writers cut timestamps to milliseconds: a maximum may be this much too small.
    static readonly TimeSpan MillisecondCut = TimeSpan.FromMicroseconds(999);

    /// <summary>The JSON text of the statistics.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (NumRecords is { } rows)
                writer.WriteNumber("numRecords", rows);
            WriteBounds(writer, "minValues", static column => Shorten(column.Min, isMax: false));
            WriteBounds(writer, "maxValues", static column => Shorten(column.Max, isMax: true));
            writer.WriteStartObject("nullCount");
            foreach (var (name, column) in Columns)
                if (column.NullCount is { } nulls)
                    writer.WriteNumber(name, nulls);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads the statistics of the columns of a schema. What is missing or cannot be read is unknown, never a fault.</summary>
    public static FileStatistics Parse(string? json, TableSchema schema)
    {
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(json))
            return new FileStatistics(null, columns);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            foreach (var field in schema.Fields)
            {
                if (field.Type is not DeltaType.Primitive type)
                    continue;
                var min = Bound(root, "minValues", field.Name, type.Name, isMax: false);
                var max = Bound(root, "maxValues", field.Name, type.Name, isMax: true);
                var nulls = Member(root, "nullCount", field.Name) is { ValueKind: JsonValueKind.Number } count ? count.GetInt64() : (long?)null;
                if (min is not null || max is not null || nulls is not null)
                    columns[field.Name] = new ColumnStatistics(min, max, nulls);
            }

            var records = root.TryGetProperty("numRecords", out var rows) && rows.ValueKind == JsonValueKind.Number ? rows.GetInt64() : (long?)null;
            return new FileStatistics(records, columns);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return new FileStatistics(null, new Dictionary<string, ColumnStatistics>());
        }
    }

    void WriteBounds(Utf8JsonWriter writer, string name, Func<ColumnStatistics, object?> bound)
    {
        writer.WriteStartObject(name);
        foreach (var (column, statistics) in Columns)
            switch (bound(statistics))
            {
                case long value:
                    writer.WriteNumber(column, value);
                    break;
                case double value when double.IsFinite(value):
                    writer.WriteNumber(column, value);
                    break;
                case string value:
                    writer.WriteString(column, value);
                    break;
                case DateOnly value:
                    writer.WriteString(column, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                    break;
                case DateTimeOffset value:
                    writer.WriteString(column, value.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture));
                    break;
            }

        writer.WriteEndObject();
    }

    static object? Shorten(object? value, bool isMax) => value is string text ? ShortenText(text, isMax) : value;

    /// <summary>
    /// Cuts a string bound to <see cref="StringPrefixLength"/> code points so that it stays a bound in UTF-8 byte order: a maximum gets a
    /// greater last character; null when there is none within twice the length.
    /// </summary>
    internal static string? ShortenText(string text, bool isMax)
    {
        var runes = text.EnumerateRunes().ToArray();
        if (runes.Length <= StringPrefixLength)
            return text;
        var kept = StringPrefixLength;
        if (!isMax)
            return string.Concat(runes.Take(kept));
        // What is dropped must start with something less than what is put in its place.
        while (kept < runes.Length && runes[kept].Value == 0x10FFFF)
            if (++kept > 2 * StringPrefixLength)
                return null;
        if (kept >= runes.Length)
            return text;
        var tie = runes[kept].Value < 0x7F ? "\u007F" : char.ConvertFromUtf32(0x10FFFF);
        return string.Concat(runes.Take(kept)) + tie;
    }

    static object? Bound(JsonElement root, string bounds, string column, string type, bool isMax)
    {
        if (Member(root, bounds, column) is not { ValueKind: JsonValueKind.Number or JsonValueKind.String } value)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        switch (type)
        {
            case "string":
                return text;
            case "long" or "integer" or "short" or "byte":
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
            // A float in decimal is the nearest float, not the nearest double: 1.1 would lie below the value.
            case "float":
                return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single) && float.IsFinite(single) ? (double)single : null;
            case "double":
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null;
            case "date":
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
            case "timestamp":
                if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                    return null;
                return isMax && !HasMicroseconds(text) ? instant + MillisecondCut : instant;
            default:
                return null;
        }
    }

    static bool HasMicroseconds(string timestamp)
    {
        const int DigitsOfMilliseconds = 3;
        var point = timestamp.IndexOf('.', StringComparison.Ordinal);
        return point >= 0 && timestamp.Skip(point + 1).TakeWhile(char.IsAsciiDigit).Count() > DigitsOfMilliseconds;
    }

    static JsonElement? Member(JsonElement root, string group, string name) =>
        root.TryGetProperty(group, out var members) && members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var value)
            ? value
            : null;
}
