using System.CommandLine;
using Varve.Datasets;
using Varve.Server;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>Options that several commands share, with one meaning everywhere.</summary>
static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Folder for everything that Varve keeps on this machine",
        DefaultValueFactory = _ => ".data",
    };

    public static Option<string?> Store() => new("--store")
    {
        Description = "Address of the tables: file:///path or s3://bucket/prefix (default: the folder 'store' in the data folder)",
    };

    public static Option<string> Account() => new("--account") { Description = "Account", DefaultValueFactory = _ => "default" };

    public static Option<string> Zone() => new("--zone") { Description = "Zone", DefaultValueFactory = _ => "demo" };

    public static Option<string> Dataset() => new("--dataset") { Description = "Dataset, such as http_requests", Required = true };

    public static Option<string?> Server() => new("--server") { Description = "Address of a running server, instead of a data folder" };

    public static Option<string?> Token() => new("--token")
    {
        Description = "The server's token",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("VARVE_TOKEN"),
    };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Print nothing but errors" };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON" };

    /// <summary>Opens the store that the options name.</summary>
    public static IObjectStore OpenStore(ParseResult parsed, Option<string> data, Option<string?> store) =>
        ObjectStores.Open(parsed.GetValue(store) ?? ServeOptions.StoreUrlOf(parsed.GetValue(data)!));

    /// <summary>The dataset of this name, built in or declared by the account.</summary>
    public static async Task<Dataset> FindDatasetAsync(IObjectStore store, string account, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await new DatasetRegistry(store, TimeProvider.System).GetAsync(account, name, cancellationToken);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.NotFound)
        {
            throw new UsageException(fault.Message);
        }
    }
}
