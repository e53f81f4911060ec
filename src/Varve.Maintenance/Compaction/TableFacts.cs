using System.Globalization;
using Varve.Datasets;
using Varve.Delta.Actions;
using Varve.Delta.Pruning;

namespace Varve.Maintenance.Compaction;

/// <summary>Reads what the policy has to know out of a table's log.</summary>
static class TableFacts
{
    /// <summary>The files of the days and levels that may have a merge that is due.</summary>
    public static List<FileFacts> Read(KeptTable table)
    {
        var snapshot = table.Table.Latest;
        var wanted = snapshot.Files.Partitions()
            .Where(partition => PlaceOf(partition.Values, table) is { } place && CompactionPolicy.MayBeDue(place.Level, partition.Files))
            .Select(partition => PlaceOf(partition.Values, table))
            .ToHashSet();
        if (wanted.Count == 0)
            return [];
        var figures = new FileFigures(snapshot, new ColumnPath(table.Dataset.TimestampField.Name));
        var facts = new List<FileFacts>();
        foreach (var file in snapshot.Files.InPartitions(values => PlaceOf(values, table) is { } place && wanted.Contains(place)))
            // Rows that are deleted beside the file would come back.
            if (file.DeletionVector is null)
                facts.Add(Of(file, table, figures));
        return facts;
    }

    static FileFacts Of(AddFile file, KeptTable table, FileFigures figures)
    {
        figures.Load(file);
        var (date, level) = PlaceOf(file.PartitionValues, table)!.Value;
        var begin = figures.Range(0).Min is { } least ? (long)least.Number : 0;
        return new FileFacts(
            Delta.TablePath.Decode(file.Path), date, level, file.Size, figures.Rows ?? 0, begin, DateTimeOffset.FromUnixTimeMilliseconds(file.ModificationTime));
    }

    /// <summary>Day and level of a partition; null when it has none of them, as only in tables of other writers.</summary>
    static (string Date, byte? Level)? PlaceOf(IReadOnlyDictionary<string, string?> values, KeptTable table)
    {
        if (values.GetValueOrDefault(TableLayout.DateColumn) is not { } date || !values.TryGetValue(table.LevelColumn, out var level))
            return null;
        if (string.IsNullOrEmpty(level))
            return (date, null);
        return byte.TryParse(level, CultureInfo.InvariantCulture, out var number) ? (date, number) : null;
    }
}
