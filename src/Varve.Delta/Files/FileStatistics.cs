using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;

namespace Varve.Delta.Files;

/// <summary>What is known of one column of a data file.</summary>
/// <param name="Min">
/// A value that no value of the column is less than, or null when unknown: a long for whole numbers, float, double, string, DateOnly,
/// DateTimeOffset for a timestamp, DateTime for a timestamp without zone, or a <see cref="DeltaValue"/> of any type.
/// </param>
/// <param name="Max">A value that no value of the column is greater than, or null when unknown.</param>
/// <param name="NullCount">Number of nulls, or null when unknown.</param>
public sealed record ColumnStatistics(object? Min, object? Max, long? NullCount)
{
    /// <summary>Of a nested record: the statistics of its fields, by their names. Then it has none of its own.</summary>
    public IReadOnlyDictionary<string, ColumnStatistics>? Fields { get; init; }

    /// <summary>Of rows of which none has a value.</summary>
    public static ColumnStatistics OfNulls(long rows) => new(null, null, rows);

    /// <summary>What is known of the rows of two groups together. Of neither may fields be given.</summary>
    /// <param name="one">The one, of <paramref name="rows"/> rows.</param>
    /// <param name="other">The other.</param>
    /// <param name="rows">Rows of the one.</param>
    /// <param name="otherRows">Rows of the other.</param>
    public static ColumnStatistics Join(ColumnStatistics one, ColumnStatistics other, long rows, long otherRows)
    {
        var nulls = one.NullCount + other.NullCount;
        // Rows without a value move no bound; where a bound of others is not known, it stays so.
        if (one.NullCount == rows)
            return other with { NullCount = nulls };
        if (other.NullCount == otherRows)
            return one with { NullCount = nulls };
        return new ColumnStatistics(Farther(one.Min, other.Min, -1), Farther(one.Max, other.Max, 1), nulls);
    }

    static object? Farther(object? one, object? other, int sign)
    {
        if (one is null || other is null || Compare(one, other) is not { } order)
            return null;
        return order * sign < 0 ? other : one;
    }

    static int? Compare(object one, object other) => (one, other) switch
    {
        (string text, string than) => CompareUtf8(text, than),
        (DeltaValue value, DeltaValue than) => DeltaValue.Compare(value, than),
        _ => Comparer<object>.Default.Compare(one, other),
    };

    /// <summary>By the bytes of UTF-8, as bounds are compared: UTF-16 has the characters past U+FFFF before some others.</summary>
    static int CompareUtf8(string one, string other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        if (at == one.Length || at == other.Length)
            return one.Length.CompareTo(other.Length);
        var (left, right) = (one[at], other[at]);
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left.CompareTo(right) : char.IsSurrogate(left) ? 1 : -1;
    }
}

/// <summary>The <c>stats</c> of an add action. Delta protocol: "Per-file Statistics".</summary>
/// <param name="NumRecords">Rows of the file, or null when unknown.</param>
/// <param name="Columns">Statistics by top-level column; a column that is not in it is unknown.</param>
public sealed record FileStatistics(long? NumRecords, IReadOnlyDictionary<string, ColumnStatistics> Columns)
{
    /// <summary>Code points of a string minimum or maximum that are kept.</summary>
    public const int StringPrefixLength = 32;

    // All six digits: a reader can tell that nothing was cut.
    const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff";

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// False when rows were deleted since and bounds and counts are those of before: they still bound, and a count of nulls still tells when
    /// there is none or nothing else. Null stands for true, and is not written.
    /// </summary>
    public bool? TightBounds { get; init; }

    /// <summary>The JSON text. Bounds that JSON or the protocol has no form for are left out: NaN, infinite, boolean, binary.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartObject();
            if (NumRecords is { } rows)
                writer.WriteNumber("numRecords", rows);
            if (TightBounds is { } tight)
                writer.WriteBoolean("tightBounds", tight);
            Write(writer, "minValues", Columns, static (writer, name, column) => WriteBound(writer, name, column.Min, isMax: false));
            Write(writer, "maxValues", Columns, static (writer, name, column) => WriteBound(writer, name, column.Max, isMax: true));
            Write(writer, "nullCount", Columns, static (writer, name, column) =>
            {
                if (column.NullCount is { } nulls)
                    writer.WriteNumber(name, nulls);
            });
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads the statistics of the columns of a schema. What is missing or cannot be read is unknown, never a fault.</summary>
    public static FileStatistics Parse(string? json, TableSchema schema)
    {
        var none = new FileStatistics(null, new Dictionary<string, ColumnStatistics>());
        if (string.IsNullOrEmpty(json))
            return none;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root)
                return none;
            var columns = ParseFields(schema.Fields, Member(root, "minValues"), Member(root, "maxValues"), Member(root, "nullCount"));
            return new FileStatistics(Count(Member(root, "numRecords")), columns)
            {
                TightBounds = Member(root, "tightBounds")?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return none;
        }
    }

    static void Write(
        Utf8JsonWriter writer,
        string name,
        IReadOnlyDictionary<string, ColumnStatistics> columns,
        Action<Utf8JsonWriter, string, ColumnStatistics> write)
    {
        writer.WriteStartObject(name);
        foreach (var (column, statistics) in columns)
            if (statistics.Fields is { } fields)
                Write(writer, column, fields, write);
            else
                write(writer, column, statistics);
        writer.WriteEndObject();
    }

    static void WriteBound(Utf8JsonWriter writer, string name, object? bound, bool isMax)
    {
        switch (bound)
        {
            case DeltaValue value:
                WriteValue(writer, name, value, isMax);
                break;
            case long value:
                writer.WriteNumber(name, value);
                break;
            case float value when float.IsFinite(value):
                writer.WriteNumber(name, value);
                break;
            case double value when value == 0:
                // Some readers put -0.0 below 0.0, and a file may hold either.
                writer.WritePropertyName(name);
                writer.WriteRawValue(isMax ? "0.0" : "-0.0");
                break;
            case double value when double.IsFinite(value):
                writer.WriteNumber(name, value);
                break;
            case string value when ShortenText(value, isMax) is { } text:
                writer.WriteString(name, text);
                break;
            case DateOnly value:
                writer.WriteString(name, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset value:
                writer.WriteString(name, value.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture) + "Z");
                break;
            case DateTime value:
                writer.WriteString(name, value.ToString(TimestampFormat, CultureInfo.InvariantCulture));
                break;
        }
    }

    static void WriteValue(Utf8JsonWriter writer, string name, DeltaValue value, bool isMax)
    {
        switch (value.Kind)
        {
            case DeltaValueKind.Integer:
                writer.WriteNumber(name, (long)value.Number);
                break;
            case DeltaValueKind.Decimal:
                writer.WritePropertyName(name);
                writer.WriteRawValue(Scan.RowText.DecimalText(value.Number, value.Scale));
                break;
            case DeltaValueKind.Real:
                WriteBound(writer, name, value.Real, isMax);
                break;
            case DeltaValueKind.String when System.Text.Unicode.Utf8.IsValid(value.Bytes):
                WriteBound(writer, name, Encoding.UTF8.GetString(value.Bytes), isMax);
                break;
            case DeltaValueKind.Date when IsDay((long)value.Number):
                writer.WriteString(name, Scan.RowText.DateText((long)value.Number));
                break;
            case DeltaValueKind.Timestamp when Instant((long)value.Number) is not null:
                writer.WriteString(name, Scan.RowText.TimestampText((long)value.Number) + "Z");
                break;
            case DeltaValueKind.TimestampNtz when Instant((long)value.Number) is not null:
                writer.WriteString(name, Scan.RowText.TimestampText((long)value.Number));
                break;
        }
    }

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

    static Dictionary<string, ColumnStatistics> ParseFields(IReadOnlyList<DeltaField> fields, JsonElement? min, JsonElement? max, JsonElement? nulls)
    {
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var (low, high, count) = (Member(min, field.Name), Member(max, field.Name), Member(nulls, field.Name));
            if (field.Type is DeltaType.StructOf nested)
            {
                if (ParseFields(nested.Fields, low, high, count) is { Count: > 0 } inner)
                    columns[field.Name] = new ColumnStatistics(null, null, null) { Fields = inner };
            }
            else if (field.Type is DeltaType.Primitive
                && new ColumnStatistics(Bound(low, field.Type, isMax: false), Bound(high, field.Type, isMax: true), Count(count)) is var known
                && (known.Min is not null || known.Max is not null || known.NullCount is not null))
                columns[field.Name] = known;
        }

        return columns;
    }

    static object? Bound(JsonElement? member, DeltaType type, bool isMax)
    {
        if (member is not { ValueKind: JsonValueKind.Number or JsonValueKind.String } value)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (BoundText.Parse(text, type, isMax, wasWidened: false) is not { } bound)
            return null;
        return bound.Kind switch
        {
            DeltaValueKind.Integer => (long)bound.Number,
            DeltaValueKind.Real => double.IsFinite(bound.Real) ? bound.Real : null,
            DeltaValueKind.String => text,
            DeltaValueKind.Date => IsDay((long)bound.Number) ? new DateOnly(1970, 1, 1).AddDays((int)bound.Number) : null,
            DeltaValueKind.Timestamp => Instant((long)bound.Number),
            DeltaValueKind.TimestampNtz => Instant((long)bound.Number)?.UtcDateTime,
            DeltaValueKind.Decimal => bound,
            _ => null,
        };
    }

    // Other years than 1 to 9999 have no text that all readers know.
    static bool IsDay(long day) => day is >= -719_162 and <= 2_932_896;

    static DateTimeOffset? Instant(long microseconds) =>
        microseconds >= (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
        && microseconds <= (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            : null;

    static long? Count(JsonElement? member) =>
        member is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) ? count : null;

    static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var value) ? value : null;
}
