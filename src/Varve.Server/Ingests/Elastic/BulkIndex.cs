using System.Text.RegularExpressions;
using Varve.Datasets;

namespace Varve.Server;

/// <summary>Which dataset an index stands for.</summary>
static partial class BulkIndex
{
    /// <summary>
    /// The dataset of an index: of its name, or what is left of it without a date at the end, or of the middle of a data stream's name,
    /// <c>type-dataset-namespace</c>. A dot counts as an underscore. Null when there is none.
    /// </summary>
    public static Dataset? Find(DatasetCatalog catalog, string index)
    {
        foreach (var name in Names(index))
            if ((IngestTargets.Find(catalog, name) ?? IngestTargets.Find(catalog, name.Replace('.', '_'))) is { } found)
                return found;
        return null;
    }

    static IEnumerable<string> Names(string index)
    {
        yield return index;
        var undated = DateSuffix().Replace(index, "");
        if (undated.Length < index.Length)
            yield return undated;
        if (undated.Split('-') is [_, var dataset, _])
            yield return dataset;
    }

    [GeneratedRegex(@"[-_.]\d{4}[-.]?\d{2}([-.]?\d{2})?([-.]?\d{2})?\z")]
    private static partial Regex DateSuffix();
}
