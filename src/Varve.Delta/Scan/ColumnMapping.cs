using System.Text.Json;
using Apache.Arrow;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>How the columns of a table are found in its files. Delta protocol: "Column Mapping".</summary>
public enum ColumnMappingMode
{
    /// <summary>By their names.</summary>
    None,

    /// <summary>By the physical names in their metadata.</summary>
    Name,

    /// <summary>By the field ids in their metadata.</summary>
    Id,
}

/// <summary>Finds columns in the log and in data files.</summary>
/// <param name="Mode">By what.</param>
public sealed record ColumnMapping(ColumnMappingMode Mode)
{
    const string FieldIdKey = "PARQUET:field_id";

    /// <summary>The mapping of the table: the property counts only where the protocol supports the feature.</summary>
    public static ColumnMapping Of(TableState snapshot)
    {
        var isSupported = snapshot.Protocol.MinReaderVersion == 2 || snapshot.Protocol.ReaderFeatures?.Contains("columnMapping") == true;
        var mode = isSupported ? snapshot.Metadata.Configuration.GetValueOrDefault("delta.columnMapping.mode") : null;
        return new ColumnMapping(mode?.ToUpperInvariant() switch
        {
            "NAME" => ColumnMappingMode.Name,
            "ID" => ColumnMappingMode.Id,
            _ => ColumnMappingMode.None,
        });
    }

    /// <summary>The name of the column in partition values and statistics, and in files of a table that is not mapped by id.</summary>
    public string PhysicalName(DeltaField field) =>
        Mode == ColumnMappingMode.None ? field.Name : Metadata(field, "delta.columnMapping.physicalName") ?? field.Name;

    /// <summary>The position among the fields of a file, or -1 when the file does not have the column.</summary>
    public int Find(DeltaField field, IReadOnlyList<Field> fields)
    {
        if (Mode == ColumnMappingMode.Id && Metadata(field, "delta.columnMapping.id") is { } id)
            return IndexOf(fields, candidate => candidate.HasMetadata && candidate.Metadata.TryGetValue(FieldIdKey, out var found) && found == id);
        var name = PhysicalName(field);
        var exact = IndexOf(fields, candidate => candidate.Name == name);
        return exact >= 0 ? exact : IndexOf(fields, candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    static int IndexOf(IReadOnlyList<Field> fields, Func<Field, bool> isMatch)
    {
        for (var i = 0; i < fields.Count; i++)
            if (isMatch(fields[i]))
                return i;
        return -1;
    }

    static string? Metadata(DeltaField field, string key)
    {
        if (field.MetadataJson is null)
            return null;
        using var document = JsonDocument.Parse(field.MetadataJson);
        return document.RootElement.TryGetProperty(key, out var value) ? value.ToString() : null;
    }
}
