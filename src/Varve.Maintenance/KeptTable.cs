using Varve.Datasets;
using Varve.Delta;

namespace Varve.Maintenance;

/// <summary>A table that is looked after.</summary>
/// <param name="Name">Its place.</param>
/// <param name="Dataset">What its records are.</param>
/// <param name="Table">The table.</param>
/// <param name="IndexedFields">The fields that files get a side index of.</param>
sealed record KeptTable(TableName Name, Dataset Dataset, DeltaTable Table, IReadOnlySet<string> IndexedFields)
{
    /// <summary>The partition column of the level.</summary>
    public string LevelColumn => TableLayout.LevelColumnOf(Dataset);
}
