using System.CommandLine;
using System.Globalization;
using Varve.Delta;
using Varve.Delta.Pruning;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>The options of commands that read a table wherever it is, whoever wrote it.</summary>
sealed class TableFolder
{
    const string LogFolder = "_delta_log";
    const string FileScheme = "file:";
    static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    readonly Argument<string> _path = new("path") { Description = "Folder of the table, the one that holds _delta_log, or s3://bucket/prefix/table" };
    readonly Option<long?> _version = new("--version") { Description = "Version of the table (default: the newest)" };
    readonly Option<string?> _timestamp = new("--timestamp")
    {
        Description = "The version that was the newest at a time, such as 2026-11-22T10:00:00Z",
    };

    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_version);
        command.Add(_timestamp);
    }

    public async Task<OpenTable> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (version, time) = (parsed.GetValue(_version), TimeOf(parsed.GetValue(_timestamp)));
        if (version is not null && time is not null)
            throw new UsageException("--version and --timestamp both name a version: give one of them.");
        var path = parsed.GetValue(_path)!;
        var (store, root) = Locate(path);
        var table = await DeltaTable.OpenAsync(store, root, options: null, logger: null, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no Delta table in {path}: its {LogFolder} has no commit.");
        var snapshot = version is not null ? await table.LoadAsync(version.Value, cancellationToken)
            : time is not null ? await table.LoadAsOfAsync(time.Value, cancellationToken)
            : table.Latest;
        return new OpenTable(store, root, snapshot);
    }

    /// <summary>The store that a table is in, and its folder there.</summary>
    public static (IObjectStore Store, string Root) Locate(string path) =>
        path.Contains("://", StringComparison.Ordinal) && !path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase)
            ? OpenBucket(path)
            : OpenFolder(path.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? new Uri(path).LocalPath : path);

    static (IObjectStore Store, string Root) OpenFolder(string path)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(Path.Combine(folder, LogFolder)))
            throw new VarveException(FaultKind.NotFound, $"There is no Delta table in {folder}: it has no folder {LogFolder}.");
        if (Path.GetDirectoryName(folder) is not { } parent)
            throw new VarveException(FaultKind.Invalid, $"The folder {folder} is the root of the disk; a table has to be in a folder below it.");
        return (new LocalObjectStore(parent), Path.GetFileName(folder));
    }

    static (IObjectStore Store, string Root) OpenBucket(string address)
    {
        var trimmed = address.TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        if (slash <= trimmed.IndexOf("://", StringComparison.Ordinal) + 2)
            throw new VarveException(
                FaultKind.Invalid, $"The address {address} is a whole bucket; a table has to be in a folder below it, as s3://bucket/table.");
        return (ObjectStores.Open(trimmed[..slash]), trimmed[(slash + 1)..]);
    }

    static DateTimeOffset? TimeOf(string? text)
    {
        if (text is null)
            return null;
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new UsageException($"'{text}' is no time. Write it as 2026-11-22T10:00:00Z; without a zone it is UTC.");
    }
}

/// <summary>A table that is open for reading at one version.</summary>
/// <param name="Store">Where the table is.</param>
/// <param name="Root">The table's folder in it.</param>
/// <param name="Snapshot">The version.</param>
sealed record OpenTable(IObjectStore Store, string Root, Snapshot Snapshot)
{
    /// <summary>The condition of a --where; without one, every row.</summary>
    public Predicate Where(string? condition) => condition is null ? Predicate.True : PredicateText.Parse(condition, Snapshot.Schema);
}
