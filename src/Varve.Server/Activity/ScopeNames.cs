using Varve.Datasets;
using Varve.Storage;

namespace Varve.Server.Activity;

/// <summary>Reads account, zone and dataset out of an address.</summary>
static class ScopeNames
{
    /// <summary>The table that an address means.</summary>
    /// <exception cref="VarveException">There is no such dataset, or a name is not allowed.</exception>
    public static async Task<(Dataset Dataset, TableName Table)> ReadAsync(
        DatasetRegistry datasets, string account, string zone, string dataset, CancellationToken cancellationToken)
    {
        var known = IngestTargets.Find(await datasets.CatalogAsync(account, cancellationToken), dataset)
            ?? throw await datasets.UnknownAsync(account, dataset, cancellationToken);
        var table = new TableName(account, known.Scope == DatasetScope.Account ? null : zone, known.Name);
        table.Check();
        return (known, table);
    }
}
