using System.Text.Json;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>Checks the changes of type that a table's files may be from before. Delta protocol: "Type Widening".</summary>
public static class TypeChanges
{
    static readonly string[] Integers = ["byte", "short", "integer", "long"];
    static readonly int[] DigitsOfIntegers = [3, 5, 10, 19];

    /// <summary>Refuses a table with a change that is no widening.</summary>
    public static void Check(TableSchema schema, string table)
    {
        foreach (var field in schema.Fields)
            Check(field, table);
    }

    /// <summary>True when every value of the first type is a value of the second that means the same.</summary>
    internal static bool IsWidening(string from, string to)
    {
        if (from == to)
            return true;
        var rank = Array.IndexOf(Integers, from);
        if (rank >= 0 && Array.IndexOf(Integers, to) > rank)
            return true;
        if ((from, to) is ("float", "double") or ("date", "timestamp_ntz") || (rank is >= 0 and <= 2 && to == "double"))
            return true;
        if (ArrowSchema.DecimalOf(new DeltaType.Primitive(to)) is not { } target)
            return false;
        // The preview of the feature widened bytes to decimals of less than ten digits: they have room for every byte.
        (int Precision, int Scale) source = rank switch
        {
            >= 0 => (DigitsOfIntegers[rank], 0),
            _ => ArrowSchema.DecimalOf(new DeltaType.Primitive(from)) ?? (int.MaxValue, 0),
        };
        return target.Scale >= source.Scale && target.Precision - target.Scale >= source.Precision - source.Scale;
    }

    static void Check(DeltaField field, string table)
    {
        if (field.MetadataJson is { } json && json.Contains("delta.typeChanges", StringComparison.Ordinal))
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("delta.typeChanges", out var changes) && changes.ValueKind == JsonValueKind.Array)
                foreach (var change in changes.EnumerateArray())
                    if (Text(change, "fromType") is { } from && Text(change, "toType") is { } to && !IsWidening(from, to))
                        throw new VarveException(FaultKind.Invalid, $"The column '{field.Name}' of {table} was changed from {from} to {to}, which is no widening that this version can read.");
        }

        Check(field.Type, table);
    }

    static void Check(DeltaType type, string table)
    {
        switch (type)
        {
            case DeltaType.StructOf nested:
                Check(new TableSchema(nested.Fields), table);
                break;
            case DeltaType.ArrayOf array:
                Check(array.Element, table);
                break;
            case DeltaType.MapOf map:
                Check(map.Key, table);
                Check(map.Value, table);
                break;
        }
    }

    static string? Text(JsonElement change, string name) =>
        change.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
