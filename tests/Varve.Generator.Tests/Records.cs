using System.Globalization;
using System.Text.Json;

namespace Varve.Generator.Tests;

internal static class Records
{
    public static string Text(this JsonElement record, string field) => record.GetProperty(field).GetString()!;

    public static long Number(this JsonElement record, string field) => record.GetProperty(field).GetInt64();

    public static DateTimeOffset Time(this JsonElement record, string field) => DateTimeOffset.ParseExact(
        record.Text(field), "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The value as a story counts it.</summary>
    public static string Value(this JsonElement record, string field)
    {
        var value = record.GetProperty(field);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }
}
