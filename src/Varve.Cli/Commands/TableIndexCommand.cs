using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Index;
using Varve.Delta.Schema;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve table index</c>: writes the side indexes that files of a table lack.</summary>
static class TableIndexCommand
{
    const string DatasetProperty = "varve.dataset";

    public static Command Create()
    {
        var path = new Argument<string?>("path") { Description = "Folder of the table, instead of --dataset", Arity = ArgumentArity.ZeroOrOne };
        var dataset = new Option<string?>("--dataset") { Description = "Dataset, such as http_requests" };
        var (account, zone, data, store) = (CommonOptions.Account(), CommonOptions.Zone(), CommonOptions.Data(), CommonOptions.Store());
        var columns = new Option<string?>("--columns") { Description = "Columns to index, with commas between them (default: those of the ingest settings, else of the dataset)" };
        var rebuild = new Option<bool>("--rebuild") { Description = "Write the index of every file anew, not only where there is none" };
        var json = CommonOptions.Json();
        var command = new Command("index", "Write the side indexes that files of a table lack, so that single values are found faster")
        {
            path, dataset, account, zone, data, store, columns, rebuild, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var names = parsed.GetValue(columns)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var target = (parsed.GetValue(path), parsed.GetValue(dataset)) switch
            {
                ({ } folder, null) => await OfFolderAsync(folder, names, cancellationToken),
                (null, { } name) => await OfDatasetAsync(CommonOptions.OpenStore(parsed, data, store), parsed.GetValue(account)!, parsed.GetValue(zone)!, name, names, cancellationToken),
                _ => throw new UsageException("Name the table: by its folder, or by --dataset with --account and --zone."),
            };
            await RunAsync(target, parsed.GetValue(rebuild), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    static async Task RunAsync(Target target, bool replaces, bool asJson, CancellationToken cancellationToken)
    {
        if (target.Columns.Count == 0)
            throw new UsageException("No column is to be indexed: name some with --columns, or in the ingest settings.");
        var snapshot = target.Table.Latest;
        var writer = new FileIndexWriter(target.Store, target.Table.Root, snapshot, target.Columns);
        var (written, bytes, gone) = (0, 0L, 0);
        foreach (var (key, file) in snapshot.Files)
            try
            {
                if (await writer.WriteAsync(key, file, replaces, cancellationToken) is not { } size)
                    continue;
                (written, bytes) = (written + 1, bytes + size);
            }
            catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt or FaultKind.NotFound)
            {
                // One file that cannot be read leaves the others to be indexed: a vacuum may have taken it meanwhile.
                gone++;
                await Console.Error.WriteLineAsync($"{key} gets no index: {fault.Message}");
            }

        var packs = await new IndexPackWriter(target.Store, target.Table.Root, TimeProvider.System).WriteAsync(snapshot, cancellationToken);
        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(
                new { files = snapshot.Files.Count, written, bytes, unreadable = gone, columns = target.Columns, packs = packs.Packs, packedFiles = packs.Files, packBytes = packs.Bytes, packsDeleted = packs.Deleted },
                CliJson.Line)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{written} of {snapshot.Files.Count} files got an index of {string.Join(", ", target.Columns)}: {bytes} bytes{(gone > 0 ? $". {gone} cannot be read" : "")}. {packs.Files} were grouped into {packs.Packs} packs: {packs.Bytes} bytes{(packs.Deleted > 0 ? $"; {packs.Deleted} old packs deleted" : "")}."));
    }

    static async Task<Target> OfFolderAsync(string path, string[]? names, CancellationToken cancellationToken)
    {
        var (store, root) = TableFolder.Locate(path);
        var table = await OpenAsync(store, root, cancellationToken);
        var dataset = table.Latest.Metadata.Configuration.GetValueOrDefault(DatasetProperty) is { } name ? DatasetCatalog.BuiltIn.Find(name) : null;
        return new Target(store, table, names ?? Known(table, dataset?.IndexedFields)
            ?? throw new UsageException("The table does not say which dataset it is of: name the columns to index with --columns."));
    }

    static async Task<Target> OfDatasetAsync(IObjectStore store, string account, string zone, string name, string[]? names, CancellationToken cancellationToken)
    {
        var dataset = await CommonOptions.FindDatasetAsync(store, account, name, cancellationToken);
        var place = IngestSettingsSource.NameOf(account, zone, dataset);
        var fields = await new IngestSettingsSource(store, TimeProvider.System).IndexedFieldsAsync(place, dataset, cancellationToken);
        var table = await OpenAsync(store, place.Path, cancellationToken);
        return new Target(store, table, names ?? Known(table, fields)!);
    }

    static async Task<DeltaTable> OpenAsync(IObjectStore store, string root, CancellationToken cancellationToken) =>
        await DeltaTable.OpenAsync(store, root, options: null, logger: null, cancellationToken)
        ?? throw new VarveException(FaultKind.NotFound, $"There is no Delta table at {root} in {store.Root}.");

    /// <summary>Those that the table has: an older one may lack newer fields.</summary>
    static IReadOnlyList<string>? Known(DeltaTable table, IEnumerable<string>? names) =>
        names?.Where(name => table.Latest.Schema.Fields.Any(field => field.Name == name && field.Type == DeltaType.String)).ToList();

    /// <summary>A table, and the columns to index.</summary>
    sealed record Target(IObjectStore Store, DeltaTable Table, IReadOnlyList<string> Columns);
}
