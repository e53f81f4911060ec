using Varve.Datasets;

namespace Varve.Query.Planning;

/// <summary>What is stored of a dataset in a scope, from the log alone.</summary>
/// <param name="Version">Newest version; of several tables the greatest.</param>
/// <param name="Files">Live files.</param>
/// <param name="Rows">Rows in them.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Oldest">The oldest record's instant, when known.</param>
/// <param name="Newest">The newest record's instant, when known.</param>
public sealed record TableFigures(long Version, int Files, long Rows, long Bytes, DateTimeOffset? Oldest, DateTimeOffset? Newest)
{
    /// <summary>Adds up the tables of a dataset.</summary>
    public static TableFigures Of(IReadOnlyList<ScopeTable> tables, Dataset dataset)
    {
        long rows = 0, bytes = 0;
        DateTimeOffset? oldest = null, newest = null;
        foreach (var table in tables)
            foreach (var (first, last, count, size) in new FileTimes(table.Snapshot, dataset.TimestampField.Name).All())
            {
                rows += count ?? 0;
                bytes += size;
                oldest = first < oldest || oldest is null ? first ?? oldest : oldest;
                newest = last > newest || newest is null ? last ?? newest : newest;
            }

        return new TableFigures(tables.Max(table => table.Snapshot.Version), tables.Sum(table => table.Snapshot.Files.Count), rows, bytes, oldest, newest);
    }
}
