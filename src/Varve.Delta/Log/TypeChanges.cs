using System.Globalization;
using System.Text.Json;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Changes of a column's type that its older files still show. One that is no widening is refused. Delta protocol: "Type Widening".</summary>
static class TypeChanges
{
    static readonly string[] Integers = ["byte", "short", "integer", "long"];

    // Digits of a decimal that holds every value. The protocol says 10 for the two smallest too, but its preview had fewer, and such tables exist.
    static readonly int[] IntegerDigits = [3, 5, 10, 20];

    public static void CheckReadable(TableSchema schema, string table)
    {
        foreach (var field in schema.Fields)
            Check(field, table);
    }

    public static bool IsWidening(string from, string to)
    {
        if (from == to)
            return true;
        var (narrow, wide) = (Array.IndexOf(Integers, from), Array.IndexOf(Integers, to));
        if (narrow >= 0 && wide >= 0)
            return narrow < wide;
        if (Decimal(to) is var (toPrecision, toScale))
        {
            (int Precision, int Scale)? ofInteger = narrow < 0 ? null : (IntegerDigits[narrow], 0);
            return (Decimal(from) ?? ofInteger) is var (precision, scale) && toScale >= scale && toPrecision - toScale >= precision - scale;
        }

        return (from, to) is ("float", "double") or ("byte" or "short" or "integer", "double") or ("date", "timestamp_ntz");
    }

    static void Check(DeltaField field, string table)
    {
        if (field.MetadataJson?.Contains("delta.typeChanges", StringComparison.Ordinal) == true)
            CheckMetadata(field.Name, field.MetadataJson, table);
        Check(field.Type, table);
    }

    static void Check(DeltaType type, string table)
    {
        if (type is DeltaType.StructOf nested)
            foreach (var field in nested.Fields)
                Check(field, table);
        else if (type is DeltaType.ArrayOf array)
            Check(array.Element, table);
        else if (type is DeltaType.MapOf map)
        {
            Check(map.Key, table);
            Check(map.Value, table);
        }
    }

    static void CheckMetadata(string column, string metadataJson, string table)
    {
        using var metadata = JsonDocument.Parse(metadataJson);
        if (metadata.RootElement.ValueKind != JsonValueKind.Object)
            throw new VarveException(FaultKind.Corrupt, $"The metadata of the column {column} of {table} is no object.");
        if (!metadata.RootElement.TryGetProperty("delta.typeChanges", out var changes))
            return;
        if (changes.ValueKind != JsonValueKind.Array)
            throw new VarveException(FaultKind.Corrupt, $"The type changes of the column {column} of {table} are no list.");
        foreach (var change in changes.EnumerateArray())
        {
            var (from, to) = (Text(change, "fromType"), Text(change, "toType"));
            if (from is null || to is null || !IsWidening(from, to))
                throw new VarveException(FaultKind.Invalid,
                    $"The column {column} of {table} was changed from {from ?? "no type"} to {to ?? "no type"}, which is no widening that this version can read.");
        }
    }

    static string? Text(JsonElement change, string name)
    {
        try
        {
            return change.ValueKind == JsonValueKind.Object && change.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Text that is no Unicode is no type.
            return null;
        }
    }

    static (int Precision, int Scale)? Decimal(string type)
    {
        if (!type.StartsWith("decimal(", StringComparison.Ordinal) || !type.EndsWith(')'))
            return null;
        var parts = type["decimal(".Length..^1].Split(',');
        return parts.Length == 2
            && int.TryParse(parts[0].Trim(), CultureInfo.InvariantCulture, out var precision)
            && int.TryParse(parts[1].Trim(), CultureInfo.InvariantCulture, out var scale) ? (precision, scale) : null;
    }
}
