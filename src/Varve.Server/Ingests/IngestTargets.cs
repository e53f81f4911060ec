using Varve.Datasets;
using Varve.Ingest;

namespace Varve.Server;

/// <summary>What the address of an ingest names.</summary>
static class IngestTargets
{
    const int FileNameCharsMax = 256;

    /// <summary>Where records go.</summary>
    /// <param name="datasets">The datasets of each account.</param>
    /// <param name="account">The account.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="way">How the records came: <c>http</c>, <c>elasticsearch</c> or <c>otlp</c>.</param>
    /// <param name="context">The call.</param>
    /// <param name="file">The name that the sender gave the batch, or null.</param>
    /// <exception cref="Storage.VarveException">There is no such dataset.</exception>
    public static async Task<IngestTarget> OfAsync(
        DatasetRegistry datasets, string account, string zone, string dataset, string way, HttpContext context, string? file = null)
    {
        var known = Find(await datasets.CatalogAsync(account, context.RequestAborted), dataset)
            ?? throw await datasets.UnknownAsync(account, dataset, context.RequestAborted);
        return Of(known, account, zone, way, context, file);
    }

    /// <summary>Where records of a dataset go.</summary>
    public static IngestTarget Of(Dataset dataset, string account, string zone, string way, HttpContext context, string? file = null) =>
        new(account, zone, dataset, $"{way} {context.TraceIdentifier}{(file is { Length: > 0 and <= FileNameCharsMax } ? $" {file}" : "")}");

    /// <summary>The dataset of this name that takes records, or null.</summary>
    public static Dataset? Find(DatasetCatalog catalog, string name) =>
        catalog.Find(name) is { } found && found.Name != DatasetCatalog.RejectsName ? found : null;
}
