using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest.Records;

namespace Varve.Ingest.Settings;

/// <summary>The values of one record that is there as parsed JSON, taken as docs/data-layout.md says. For single records, not for batches.</summary>
sealed class JsonRowValues : IRowValues
{
    const double WholeDoubleMax = 9_007_199_254_740_992;

    readonly object?[] _values;

    /// <param name="dataset">The dataset.</param>
    /// <param name="record">The record, a JSON object.</param>
    /// <param name="arrivalMicroseconds">What stands in for a timestamp that is missing or unusable.</param>
    public JsonRowValues(Dataset dataset, JsonElement record, long arrivalMicroseconds)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in record.EnumerateObject())
            members[member.Name] = member.Value;
        _values = [.. dataset.Fields.Select(field => members.TryGetValue(field.Name, out var value) ? Convert(field.Type, value) : null)];
        for (var index = 0; index < _values.Length; index++)
            if (dataset.Fields[index] == dataset.TimestampField)
                _values[index] ??= arrivalMicroseconds;
    }

    public bool IsNull(int field) => _values[field] is null;

    public ReadOnlySpan<byte> Text(int field) => (byte[])_values[field]!;

    public long Integer(int field) => (long)_values[field]!;

    public double Real(int field) => (double)_values[field]!;

    public bool Boolean(int field) => (bool)_values[field]!;

    public int ItemCount(int field) => ((System.Collections.ICollection)_values[field]!).Count;

    public ReadOnlySpan<byte> TextItem(int field, int index) => ((List<byte[]?>)_values[field]!)[index];

    public long IntegerItem(int field, int index) => ((List<long>)_values[field]!)[index];

    static object? Convert(FieldType type, JsonElement value) => type switch
    {
        _ when value.ValueKind == JsonValueKind.Null => null,
        FieldType.String => TextOf(value),
        FieldType.Int => IntegerOf(value),
        FieldType.Float => RealOf(value),
        FieldType.Bool => BooleanOf(value),
        FieldType.Timestamp => InstantOf(value),
        FieldType.StringArray when value.ValueKind == JsonValueKind.String && !IsArrayText(value) => new List<byte[]?> { TextOf(value) },
        FieldType.StringArray => ItemsOf(value, item => item.ValueKind == JsonValueKind.String ? TextOf(item) : null),
        FieldType.IntArray => ItemsOf(value, IntegerOf)?.Select(item => item ?? 0).ToList(),
        FieldType.Json => Encoding.UTF8.GetBytes(value.GetRawText()),
        _ => null,
    };

    static byte[]? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetString()!),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Encoding.UTF8.GetBytes(value.GetRawText()),
        _ => null,
    };

    static object? BooleanOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when value.GetString()!.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        JsonValueKind.String when value.GetString()!.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    static long? IntegerOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)
                && digits.ToString(CultureInfo.InvariantCulture) == value.GetString() ? digits : null;
        if (value.ValueKind != JsonValueKind.Number)
            return null;
        if (value.TryGetInt64(out var whole))
            return whole;
        return value.TryGetDouble(out var real) && real == Math.Floor(real) && Math.Abs(real) <= WholeDoubleMax ? (long)real : null;
    }

    static double? RealOf(JsonElement value)
    {
        var isText = value.ValueKind == JsonValueKind.String;
        if (!isText && value.ValueKind != JsonValueKind.Number)
            return null;
        var text = isText ? value.GetString()! : value.GetRawText();
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real))
            return null;
        return isText && real.ToString("R", CultureInfo.InvariantCulture) != text ? null : real;
    }

    static long? InstantOf(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => "",
        };
        return TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds) ? microseconds : null;
    }

    /// <summary>Old jobs send lists as a text with the JSON of it.</summary>
    static bool IsArrayText(JsonElement value) => value.GetRawText() is ['"', '[', .., ']', '"'] raw && !raw.Contains('\\', StringComparison.Ordinal);

    /// <summary>The items of an array, or of the JSON text of one; null when an item is neither null nor what it should be.</summary>
    static List<T>? ItemsOf<T>(JsonElement value, Func<JsonElement, T> convert)
    {
        if (value.ValueKind == JsonValueKind.String && IsArrayText(value))
        {
            try
            {
                using var text = JsonDocument.Parse(value.GetString()!);
                return ItemsOf(text.RootElement.Clone(), convert);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        if (value.ValueKind != JsonValueKind.Array)
            return null;
        var items = new List<T>();
        foreach (var item in value.EnumerateArray())
        {
            var converted = item.ValueKind == JsonValueKind.Null ? default! : convert(item);
            if (converted is null && item.ValueKind != JsonValueKind.Null)
                return null;
            items.Add(converted);
        }

        return items;
    }
}
