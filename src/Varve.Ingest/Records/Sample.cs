using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>Looks at some rows of a column, to choose how it is written.</summary>
static class Sample
{
    const int Rows = 1024;

    /// <summary>True when most values of the rows looked at are different: a dictionary of them would be as long as they are.</summary>
    public static bool HardlyRepeats(Column[] sources, IReadOnlyList<RecordBuffer> buffers)
    {
        var (seen, distinct) = (0, new HashSet<long>());
        var step = Math.Max(1, buffers.Sum(buffer => buffer.Rows) / Rows);
        for (var source = 0; source < sources.Length; source++)
            for (var row = 0; row < buffers[source].Rows; row += step)
            {
                if (!sources[source].Has(row))
                    continue;
                seen++;
                distinct.Add(sources[source] is FixedColumn<long> whole ? whole[row] : BitConverter.DoubleToInt64Bits(((FixedColumn<double>)sources[source])[row]));
            }

        return distinct.Count > seen / 2;
    }
}
