using System.CommandLine;
using Varve.Delta;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>The options of commands that read a table in a folder of this machine, whoever wrote it.</summary>
sealed class TableFolder
{
    const string LogFolder = "_delta_log";

    readonly Argument<string> _path = new("path") { Description = "Folder of the table: the one that holds _delta_log" };
    readonly Option<long?> _version = new("--version") { Description = "Version of the table (default: the newest)" };

    public void AddTo(Command command)
    {
        command.Add(_path);
        command.Add(_version);
    }

    public async Task<OpenTable> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(_path)!));
        if (!Directory.Exists(Path.Combine(folder, LogFolder)))
            throw new VarveException(FaultKind.NotFound, $"There is no Delta table in {folder}: it has no folder {LogFolder}.");
        if (Path.GetDirectoryName(folder) is not { } parent)
            throw new VarveException(FaultKind.Invalid, $"The folder {folder} is the root of the disk; a table has to be in a folder below it.");
        var store = new LocalObjectStore(parent);
        var root = Path.GetFileName(folder);
        var table = await DeltaTable.OpenAsync(store, root, options: null, logger: null, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no Delta table in {folder}: its {LogFolder} has no commit.");
        var snapshot = parsed.GetValue(_version) is { } version ? await table.LoadAsync(version, cancellationToken) : table.Latest;
        return new OpenTable(store, root, snapshot);
    }
}

/// <summary>A table that is open for reading at one version.</summary>
/// <param name="Store">The folder above the table.</param>
/// <param name="Root">The table's folder in it.</param>
/// <param name="Snapshot">The version.</param>
sealed record OpenTable(LocalObjectStore Store, string Root, Snapshot Snapshot);
