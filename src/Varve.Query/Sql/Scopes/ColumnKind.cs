using Varve.Datasets;

namespace Varve.Query.Sql.Scopes;

/// <summary>What a column of a relation holds, as far as the gate has to know.</summary>
enum ColumnKind
{
    /// <summary>The value of an expression.</summary>
    Computed,
    Text,
    Whole,
    Real,
    Truth,
    Instant,
    Day,
    List,
    Map,
    Json,
}

static class ColumnKinds
{
    /// <summary>The kind of a field of a dataset, or of a column that every table has.</summary>
    public static ColumnKind Of(Dataset dataset, string column) => column switch
    {
        TableLayout.DateColumn => ColumnKind.Day,
        TableLayout.IngestedAtColumn => ColumnKind.Instant,
        TableLayout.SampleIntervalColumn => ColumnKind.Real,
        TableLayout.ExtraColumn => ColumnKind.Json,
        _ => dataset.Find(column)?.Type switch
        {
            FieldType.Int => ColumnKind.Whole,
            FieldType.Float => ColumnKind.Real,
            FieldType.Bool => ColumnKind.Truth,
            FieldType.Timestamp => ColumnKind.Instant,
            FieldType.StringArray or FieldType.IntArray => ColumnKind.List,
            FieldType.Map => ColumnKind.Map,
            FieldType.Json => ColumnKind.Json,
            _ => ColumnKind.Text,
        },
    };
}
