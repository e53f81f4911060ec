using Varve.Storage;

namespace Varve.Delta.Schema;

/// <summary>Schemas with more columns than they had. Older files are read with nulls there. Delta protocol: "Change Metadata".</summary>
static class SchemaMerge
{
    /// <summary>The schema with the fields; the same object when it has them all. Fields of a struct that is there are added to it.</summary>
    /// <exception cref="VarveException">A field is there with another type, or a new one allows no null: <see cref="FaultKind.Invalid"/>.</exception>
    public static TableSchema Add(TableSchema schema, IReadOnlyList<DeltaField> fields) =>
        Add(schema.Fields, fields, "") is { } merged ? new TableSchema(merged) : schema;

    static List<DeltaField>? Add(IReadOnlyList<DeltaField> present, IReadOnlyList<DeltaField> fields, string prefix)
    {
        List<DeltaField> merged = [.. present];
        var isChanged = false;
        foreach (var field in fields)
        {
            var index = merged.FindIndex(other => string.Equals(other.Name, field.Name, StringComparison.OrdinalIgnoreCase));
            if (index < 0 && !field.Nullable)
                throw new VarveException(
                    FaultKind.Invalid, $"The new column {prefix}{field.Name} has to allow nulls: the rows that are there have no value for it.");
            if (index < 0)
                merged.Add(field);
            else if (Add(merged[index].Type, field.Type, prefix + field.Name) is { } type)
                merged[index] = merged[index] with { Type = type };
            else
                continue;
            isChanged = true;
        }

        return isChanged ? merged : null;
    }

    static DeltaType? Add(DeltaType present, DeltaType type, string name)
    {
        switch (present, type)
        {
            case (DeltaType.StructOf old, DeltaType.StructOf added):
                return Add(old.Fields, added.Fields, name + ".") is { } fields ? new DeltaType.StructOf(fields) : null;
            case (DeltaType.ArrayOf old, DeltaType.ArrayOf added):
                return Add(old.Element, added.Element, name + ".element") is { } element ? old with { Element = element } : null;
            case (DeltaType.MapOf old, DeltaType.MapOf added):
                var (key, value) = (Add(old.Key, added.Key, name + ".key"), Add(old.Value, added.Value, name + ".value"));
                return key is null && value is null ? null : old with { Key = key ?? old.Key, Value = value ?? old.Value };
        }

        return present == type ? null
            : throw new VarveException(
                FaultKind.Invalid, $"The column {name} is there with another type. Name the new column otherwise: types are not changed.");
    }
}
