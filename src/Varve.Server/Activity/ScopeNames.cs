using Varve.Datasets;
using Varve.Storage;

namespace Varve.Server.Activity;

/// <summary>Reads account, zone and dataset out of an address.</summary>
static class ScopeNames
{
    /// <summary>The table that an address means.</summary>
    /// <exception cref="VarveException">There is no such dataset, or a name is not allowed.</exception>
    public static (Dataset Dataset, TableName Table) Read(DatasetCatalog catalog, string account, string zone, string dataset)
    {
        var known = catalog.Find(dataset) is { } found && found.Name != DatasetCatalog.RejectsName ? found : throw DatasetsApi.Unknown(catalog, dataset);
        var ofAccount = known.Scope == DatasetScope.Account;
        if (!TableLayout.IsScopeName(account))
            throw BadName("account", account);
        if (!ofAccount && !TableLayout.IsScopeName(zone))
            throw BadName("zone", zone);
        return (known, new TableName(account, ofAccount ? null : zone, known.Name));
    }

    static VarveException BadName(string what, string name) =>
        new(FaultKind.Invalid, $"'{name}' cannot be the name of the {what}: use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit.");
}
