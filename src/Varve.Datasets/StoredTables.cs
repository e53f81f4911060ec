using System.Runtime.CompilerServices;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Datasets;

/// <summary>The tables of a store, as its folders show them.</summary>
public static class StoredTables
{
    const string Accounts = "accounts/";
    const string Zones = "zones";
    const string Jobs = "_jobs";

    /// <summary>Every place where a table may be, by account, those of account scope first. Whether there is a commit is for the caller to see.</summary>
    /// <exception cref="VarveException">The store does not answer.</exception>
    public static async IAsyncEnumerable<TableName> ListAsync(IObjectStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var account in await store.ListFoldersAsync(Accounts, cancellationToken))
        {
            var folder = $"{Accounts}{account}/";
            foreach (var name in await store.ListFoldersAsync(folder, cancellationToken))
                if (name is not (Zones or SettingsName.Root or Jobs))
                    yield return new TableName(account, null, name);
            foreach (var zone in await store.ListFoldersAsync($"{folder}{Zones}/", cancellationToken))
                foreach (var name in await store.ListFoldersAsync($"{folder}{Zones}/{zone}/", cancellationToken))
                    yield return new TableName(account, zone, name);
        }
    }
}
