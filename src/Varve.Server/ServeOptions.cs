using Varve.Control;
using Varve.Ingest;
using Varve.Maintenance;
using Varve.Query;
using Varve.Query.Workers;
using Varve.Query.Exploring;
using Varve.Query.Files;

namespace Varve.Server;

/// <summary>How a server runs.</summary>
public sealed record ServeOptions
{
    /// <summary>The folder for what is not in the store: temporary files, and parts of a bucket's files. Default <c>.data</c>.</summary>
    public string DataFolder { get; init; } = ".data";

    /// <summary>The address of the store; null stands for the folder <c>store</c> in the data folder.</summary>
    public string? StoreUrl { get; init; }

    /// <summary>Addresses to listen on, parted by <c>;</c>. Default this machine only.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>When given, every call but the probes has to bring this token.</summary>
    public string? Token { get; init; }

    /// <summary>A token that is good for storing records and nothing else. It needs <see cref="Token"/> beside it, and has to differ from it.</summary>
    public string? IngestToken { get; init; }

    /// <summary>Bounds on an ingest. The body is bound to 1 GiB of NDJSON.</summary>
    public IngestLimits IngestLimits { get; init; } = new() { BodyBytesMax = 1L << 30 };

    /// <summary>Bounds on what agents send in protocols of their own.</summary>
    public ProtocolLimits ProtocolLimits { get; init; } = new();

    /// <summary>Bounds on a query.</summary>
    public QueryLimits QueryLimits { get; init; } = new();

    /// <summary>Bounds on the questions beside a query.</summary>
    public ExplorationLimits ExplorationLimits { get; init; } = new();

    /// <summary>How queries run in processes of their own; null when they do not.</summary>
    public QueryWorkers? QueryWorkers { get; init; }

    /// <summary>Bounds on what people keep beside the logs.</summary>
    public ControlLimits ControlLimits { get; init; } = new();

    /// <summary>What maintenance may take, and what it aims at.</summary>
    public MaintenanceLimits MaintenanceLimits { get; init; } = new();

    /// <summary>Whether this server looks after the tables; one of many is enough, and any number may. Default true.</summary>
    public bool Maintains { get; init; } = true;

    /// <summary>How often the answer to a query says how far it is while it has no rows to give. Default 1 s.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What queries over a bucket may hold on this machine.</summary>
    public RangeCacheLimits CacheLimits { get; init; } = new();

    /// <summary>The built web app. Default: the folder that the environment variable VARVE_WEB names, else <c>web</c> beside the program.</summary>
    public string WebFolder { get; init; } = Environment.GetEnvironmentVariable("VARVE_WEB") ?? Path.Combine(AppContext.BaseDirectory, "web");

    /// <summary>The folder for parts of a bucket's files.</summary>
    public string CacheFolder => CacheFolderOf(DataFolder);

    /// <summary>The database of what people keep beside the logs.</summary>
    public string ControlFile => Path.Combine(Path.GetFullPath(DataFolder), "control.db");

    /// <summary>The store's address, worked out.</summary>
    public string EffectiveStoreUrl => StoreUrl ?? StoreUrlOf(DataFolder);

    /// <summary>The folder of a data folder for parts of a bucket's files.</summary>
    public static string CacheFolderOf(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "cache");

    /// <summary>The store of a data folder when no other is named.</summary>
    public static string StoreUrlOf(string dataFolder) => new Uri(Path.GetFullPath(Path.Combine(dataFolder, "store"))).AbsoluteUri;
}
