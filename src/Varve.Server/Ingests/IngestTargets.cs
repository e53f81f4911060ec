using Varve.Datasets;
using Varve.Ingest;

namespace Varve.Server;

/// <summary>What the address of an ingest names.</summary>
static class IngestTargets
{
    const int FileNameCharsMax = 256;

    /// <summary>Where records go.</summary>
    /// <exception cref="Storage.VarveException">There is no such dataset.</exception>
    public static IngestTarget Of(DatasetCatalog catalog, string account, string zone, string dataset, HttpContext context, string? file = null)
    {
        var known = Find(catalog, dataset) ?? throw DatasetsApi.Unknown(catalog, dataset);
        var source = $"http {context.TraceIdentifier}{(file is { Length: > 0 and <= FileNameCharsMax } ? $" {file}" : "")}";
        return new IngestTarget(account, zone, known, source);
    }

    /// <summary>The dataset of this name that takes records, or null.</summary>
    public static Dataset? Find(DatasetCatalog catalog, string name) =>
        catalog.Find(name) is { } found && found.Name != DatasetCatalog.RejectsName ? found : null;
}
