using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Pruning;

/// <summary>A column that a predicate needs, as it is found in the log and in rows.</summary>
/// <param name="Path">Its names in the schema.</param>
/// <param name="Type">Its type.</param>
sealed record PredicateColumn(ColumnPath Path, DeltaType Type)
{
    /// <summary>What its values are, or null when it is nested.</summary>
    public DeltaValueKind? Kind { get; } = DeltaValueKinds.Of(Type);

    /// <summary>Its names in statistics, from the top; the first one in partition values.</summary>
    public required IReadOnlyList<string> PhysicalNames { get; init; }

    /// <summary>Whether files of the table have one value of it.</summary>
    public required bool IsPartition { get; init; }

    /// <summary>Whether it was of another type once: older files have statistics of that.</summary>
    public required bool WasWidened { get; init; }

    /// <summary>The fields that a path leads through: by the exact name, else ignoring case. Null when there is no such column.</summary>
    public static List<DeltaField>? Resolve(ColumnPath path, TableSchema schema)
    {
        var found = new List<DeltaField>();
        var fields = schema.Fields;
        foreach (var name in path.Names)
        {
            var field = fields.FirstOrDefault(field => field.Name == name)
                ?? fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (field is null)
                return null;
            found.Add(field);
            fields = field.Type is DeltaType.StructOf nested ? nested.Fields : [];
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>The column of these fields.</summary>
    public static PredicateColumn Of(IReadOnlyList<DeltaField> fields, ColumnMapping mapping, IReadOnlyList<string> partitionColumns) =>
        new(new ColumnPath([.. fields.Select(field => field.Name)]), fields[^1].Type)
        {
            PhysicalNames = [.. fields.Select(mapping.PhysicalName)],
            IsPartition = fields.Count == 1 && partitionColumns.Contains(fields[0].Name, StringComparer.OrdinalIgnoreCase),
            WasWidened = fields[^1].MetadataJson?.Contains("delta.typeChanges", StringComparison.Ordinal) == true,
        };
}
