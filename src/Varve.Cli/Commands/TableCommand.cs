using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Datasets;
using Varve.Delta;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve table</c>: what is stored, from the table's log alone.</summary>
static class TableCommand
{
    public static Command Create()
    {
        var command = new Command("table", "Look at what is stored, set what may go from it, and read any Delta table")
        {
            CreateHistory(), CreateFiles(), TableReadCommand.CreateRead(), TableReadCommand.CreateCount(), TableReadCommand.CreateDescribe(), TableIndexCommand.Create(),
        };
        foreach (var each in TableRulesCommand.Create().Concat(TableRemovalCommand.Create()))
            command.Add(each);
        return command;
    }

    static Command CreateHistory()
    {
        var scope = new Scope();
        var limit = new Option<int>("--limit") { Description = "Commits to show", DefaultValueFactory = _ => 20 };
        var command = new Command("history", "Show the commits of a table, newest first") { limit };
        scope.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await scope.OpenAsync(parsed, cancellationToken);
            var history = await table.HistoryAsync(parsed.GetValue(limit), cancellationToken);
            if (parsed.GetValue(scope.Json))
                Console.WriteLine(JsonSerializer.Serialize(history.Select(commit => new
                {
                    version = commit.Version,
                    timestamp = Time(commit.Info?.InCommitTimestamp ?? commit.Info?.Timestamp),
                    operation = commit.Info?.Operation,
                    metrics = commit.Info?.OperationMetrics,
                    engine = commit.Info?.EngineInfo,
                }), CliJson.Line));
            else
                TextTable.Print(
                    ["VERSION", "TIME", "OPERATION", "FILES", "BYTES", "ENGINE"],
                    history.Select(commit => new[]
                    {
                        Text(commit.Version), Time(commit.Info?.InCommitTimestamp ?? commit.Info?.Timestamp), commit.Info?.Operation ?? "",
                        Metric(commit.Info?.OperationMetrics, "numFiles"), Metric(commit.Info?.OperationMetrics, "numOutputBytes"), commit.Info?.EngineInfo ?? "",
                    }));
        });
        return command;
    }

    static Command CreateFiles()
    {
        var scope = new Scope();
        var command = new Command("files", "Show the live files of a table");
        scope.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await scope.OpenAsync(parsed, cancellationToken);
            var snapshot = await table.RefreshAsync(cancellationToken);
            var files = snapshot.Files.OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => (file.Key, file.Value.Size, Rows: Delta.Files.FileStatistics.Parse(file.Value.Stats, snapshot.Schema).NumRecords)).ToList();
            if (parsed.GetValue(scope.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    version = snapshot.Version,
                    root = table.Root,
                    files = files.Select(file => new { path = file.Key, size = file.Size, rows = file.Rows }),
                }, CliJson.Line));
                return;
            }

            TextTable.Print(["ROWS", "BYTES", "PATH"], files.Select(file => new[] { Text(file.Rows), Text(file.Size), file.Key }));
            Console.WriteLine($"{files.Count} files, {Text(files.Sum(file => file.Rows))} rows, {Text(files.Sum(file => file.Size))} bytes in {table.Root} version {snapshot.Version}");
        });
        return command;
    }

    static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    static string Time(long? milliseconds) => milliseconds is null
        ? ""
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static string Metric(JsonElement? metrics, string name) =>
        metrics is { ValueKind: JsonValueKind.Object } values && values.TryGetProperty(name, out var value) ? value.ToString() : "";

    /// <summary>The options that name a table.</summary>
    sealed class Scope
    {
        readonly Option<string> _dataset = CommonOptions.Dataset();
        readonly Option<string> _account = CommonOptions.Account();
        readonly Option<string> _zone = CommonOptions.Zone();
        readonly Option<string> _data = CommonOptions.Data();
        readonly Option<string?> _store = CommonOptions.Store();

        public Option<bool> Json { get; } = CommonOptions.Json();

        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { _dataset, _account, _zone, _data, _store, Json })
                command.Add(option);
        }

        public async Task<DeltaTable> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var store = CommonOptions.OpenStore(parsed, _data, _store);
            var dataset = await CommonOptions.FindDatasetAsync(store, parsed.GetValue(_account)!, parsed.GetValue(_dataset)!, cancellationToken);
            var zone = dataset.Scope == DatasetScope.Account ? null : parsed.GetValue(_zone);
            var name = new TableName(parsed.GetValue(_account)!, zone, dataset.Name);
            return await DeltaTable.OpenAsync(store, name.Path, options: null, logger: null, cancellationToken)
                ?? throw new VarveException(FaultKind.NotFound, $"Nothing is stored of {dataset.Name} at {name.Path} in {store.Root}.");
        }
    }
}
