using System.Buffers;
using Varve.Storage;

namespace Varve.Delta.Schema;

/// <summary>What a schema that is written has to keep to. Delta protocol: "Schema Serialization Format", "Metadata".</summary>
static class SchemaRules
{
    // Without column mapping a name is the column's name in Parquet, where older readers stumble over these.
    static readonly SearchValues<char> Forbidden = SearchValues.Create(" ,;{}()\n\t=");

    /// <exception cref="VarveException">The schema cannot be a table's: <see cref="FaultKind.Invalid"/>.</exception>
    public static void Check(TableSchema schema, IReadOnlyList<string> partitionColumns, string table)
    {
        if (schema.Fields.Count == 0)
            throw Invalid(table, "has no column");
        Check(schema.Fields, "", table);
        foreach (var column in partitionColumns)
            if (schema.Fields.FirstOrDefault(field => field.Name == column) is not { } field)
                throw Invalid(table, $"has no column {column}, by which it is partitioned");
            else if (field.Type is not DeltaType.Primitive)
                throw Invalid(table, $"has the column {column} of a nested type, by which it cannot be partitioned");
    }

    /// <summary>A type name that appears anywhere in the schema.</summary>
    public static bool Uses(TableSchema schema, string primitive) => schema.Fields.Any(field => Uses(field.Type, primitive));

    static bool Uses(DeltaType type, string primitive) => type switch
    {
        DeltaType.Primitive { Name: var name } => name == primitive,
        DeltaType.StructOf nested => nested.Fields.Any(field => Uses(field.Type, primitive)),
        DeltaType.ArrayOf array => Uses(array.Element, primitive),
        DeltaType.MapOf map => Uses(map.Key, primitive) || Uses(map.Value, primitive),
        _ => false,
    };

    static void Check(IReadOnlyList<DeltaField> fields, string prefix, string table)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
        {
            if (field.Name.Length == 0 || field.Name.AsSpan().ContainsAny(Forbidden))
                throw Invalid(
                    table, $"has a column '{prefix}{field.Name}', whose name is empty or holds one of the characters ' ,;{{}}()=', tab or newline");
            if (!names.Add(field.Name))
                throw Invalid(table, $"has two columns '{prefix}{field.Name}': names differ by more than upper and lower case");
            Check(field.Type, $"{prefix}{field.Name}.", table);
        }
    }

    static void Check(DeltaType type, string prefix, string table)
    {
        if (type is DeltaType.StructOf nested)
            Check(nested.Fields, prefix, table);
        else if (type is DeltaType.ArrayOf array)
            Check(array.Element, prefix, table);
        else if (type is DeltaType.MapOf map)
        {
            Check(map.Key, prefix, table);
            Check(map.Value, prefix, table);
        }
    }

    static VarveException Invalid(string table, string what) => new(FaultKind.Invalid, $"The schema for {table} {what}. Change the schema.");
}
