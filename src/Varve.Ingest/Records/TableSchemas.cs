using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Schema;

namespace Varve.Ingest.Records;

/// <summary>How the fields of a dataset become the columns of its table.</summary>
static class TableSchemas
{
    /// <summary>The table of a dataset: its fields, then Varve's own columns, then the partition columns.</summary>
    public static TableDefinition For(Dataset dataset)
    {
        var fields = dataset.Fields.Select(ToColumn).ToList();
        fields.Add(new DeltaField(TableLayout.ExtraColumn, DeltaType.String) { MetadataJson = JsonText });
        fields.Add(new DeltaField(TableLayout.IngestedAtColumn, DeltaType.Timestamp));
        fields.Add(new DeltaField(TableLayout.SampleIntervalColumn, DeltaType.Double));
        fields.Add(new DeltaField(TableLayout.DateColumn, DeltaType.Date));
        fields.Add(new DeltaField(TableLayout.LevelColumnOf(dataset), DeltaType.Integer));
        return new TableDefinition(new TableSchema(fields), [TableLayout.DateColumn, TableLayout.LevelColumnOf(dataset)])
        {
            Properties = new Dictionary<string, string>
            {
                ["varve.dataset"] = dataset.Name,
                // The keys of batches: one that comes again within this time is found.
                ["delta.setTransactionRetentionDuration"] = "interval 1 day",
                ["delta.dataSkippingStatsColumns"] = string.Join(',', StatisticsColumns(dataset)),
            },
        };
    }

    /// <summary>The columns that files keep statistics of.</summary>
    public static IEnumerable<string> StatisticsColumns(Dataset dataset) =>
        dataset.Fields.Where(field => field.Statistics).Select(field => field.Name).Append(TableLayout.IngestedAtColumn);

    const string JsonText = """{"varve.type":"json"}""";

    static DeltaField ToColumn(DatasetField field) => field.Type switch
    {
        FieldType.Json => new DeltaField(field.Name, DeltaType.String) { MetadataJson = JsonText },
        FieldType.Int => new DeltaField(field.Name, DeltaType.Long),
        FieldType.Float => new DeltaField(field.Name, DeltaType.Double),
        FieldType.Bool => new DeltaField(field.Name, DeltaType.Boolean),
        FieldType.Timestamp => new DeltaField(field.Name, DeltaType.Timestamp),
        FieldType.StringArray => new DeltaField(field.Name, new DeltaType.ArrayOf(DeltaType.String)),
        FieldType.IntArray => new DeltaField(field.Name, new DeltaType.ArrayOf(DeltaType.Long)),
        FieldType.Map => new DeltaField(field.Name, new DeltaType.MapOf(DeltaType.String, DeltaType.String)),
        _ => new DeltaField(field.Name, DeltaType.String),
    };
}
