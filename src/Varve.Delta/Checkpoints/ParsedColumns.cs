using System.Text.Json;
using Apache.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// <c>stats_parsed</c> and <c>partitionValues_parsed</c> of the adds of a table: what the log has as text, in columns that a reader can skip
/// by. What is no value of its column's type is null, which is unknown. Delta protocol: "Checkpoint Schema", "Per-file Statistics".
/// </summary>
sealed class ParsedColumns
{
    readonly ColumnMapping _mapping;
    readonly IReadOnlyList<DeltaField> _dataColumns;
    readonly IReadOnlyList<DeltaField> _partitionColumns;

    public ParsedColumns(Snapshot snapshot)
    {
        _mapping = ColumnMapping.Of(snapshot);
        var names = snapshot.Metadata.PartitionColumns;
        _partitionColumns = [.. names.SelectMany(name => snapshot.Schema.Fields.Where(field => field.Name == name).Take(1))];
        _dataColumns = [.. snapshot.Schema.Fields.Where(field => !names.Contains(field.Name))];
    }

    /// <summary>The columns, by their names, for these adds; an add that is null has none.</summary>
    public (string Name, IArrowArray Values)[] Of(IReadOnlyList<AddFile?> adds)
    {
        var columns = new List<(string, IArrowArray)> { ("stats_parsed", Statistics(adds)) };
        if (_partitionColumns.Count > 0)
            columns.Add(("partitionValues_parsed", PartitionValues(adds)));
        return [.. columns];
    }

    StructArray PartitionValues(IReadOnlyList<AddFile?> adds)
    {
        var columns = _partitionColumns.Select(field => (
            _mapping.PhysicalName(field),
            TypedColumn.Of(field.Type, [.. adds.Select(add => add?.PartitionValues.GetValueOrDefault(_mapping.PhysicalName(field)))])));
        return ArrowColumns.Struct([.. adds.Select(add => add is not null)], [.. columns]);
    }

    StructArray Statistics(IReadOnlyList<AddFile?> adds)
    {
        JsonElement?[] roots = [.. adds.Select(add => Parse(add?.Stats))];
        var children = new List<(string, IArrowArray)>
        {
            ("numRecords", TypedColumn.Of(DeltaType.Long, Texts(roots, "numRecords"))),
            ("tightBounds", TypedColumn.Of(DeltaType.Boolean, Texts(roots, "tightBounds"))),
        };
        foreach (var bounds in new[] { "minValues", "maxValues" })
            if (Struct(_dataColumns, Members(roots, bounds), HasBounds, type => type) is { } values)
                children.Add((bounds, values));
        if (Struct(_dataColumns, Members(roots, "nullCount"), _ => true, _ => DeltaType.Long) is { } counts)
            children.Add(("nullCount", counts));
        return ArrowColumns.Struct(Present(roots), [.. children]);
    }

    /// <summary>The values of the columns under their physical names, nested as the columns are; null when there is no column to speak of.</summary>
    StructArray? Struct(IReadOnlyList<DeltaField> fields, JsonElement?[] rows, Func<DeltaType, bool> isWanted, Func<DeltaType, DeltaType> typeOf)
    {
        var children = new List<(string, IArrowArray)>();
        foreach (var field in fields)
        {
            var name = _mapping.PhysicalName(field);
            if (field.Type is DeltaType.StructOf nested)
            {
                if (Struct(nested.Fields, Members(rows, name), isWanted, typeOf) is { } values)
                    children.Add((name, values));
            }
            else if (isWanted(field.Type))
                children.Add((name, TypedColumn.Of(typeOf(field.Type), Texts(rows, name))));
        }

        return children.Count == 0 ? null : ArrowColumns.Struct(Present(rows), [.. children]);
    }

    static bool HasBounds(DeltaType type) => type is DeltaType.Primitive { Name: not ("boolean" or "binary") };

    static JsonElement? Parse(string? json)
    {
        if (string.IsNullOrEmpty(json))
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static JsonElement?[] Members(JsonElement?[] rows, string name) =>
        [.. rows.Select(row => Member(row, name) is { ValueKind: JsonValueKind.Object } member ? member : (JsonElement?)null)];

    static string?[] Texts(JsonElement?[] rows, string name) => [.. rows.Select(row => Member(row, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value => value.GetRawText(),
        _ => null,
    })];

    static JsonElement? Member(JsonElement? row, string name) => row is { } parent && parent.TryGetProperty(name, out var value) ? value : null;

    static bool[] Present(JsonElement?[] rows) => [.. rows.Select(row => row is not null)];
}
