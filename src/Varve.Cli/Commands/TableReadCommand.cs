using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve table read</c>, <c>count</c> and <c>describe</c>: any Delta table.</summary>
static class TableReadCommand
{
    const int FlushBytes = 64 * 1024;

    public static Command CreateRead()
    {
        var folder = new TableFolder();
        var where = Where();
        var columns = new Option<string?>("--columns") { Description = "Columns to print, with commas between them (default: all)" };
        var format = new Option<string>("--format") { Description = "rows: one JSON object a line", DefaultValueFactory = _ => "rows" };
        format.AcceptOnlyFromAmong("rows");
        var command = new Command("read", "Print rows of a Delta table") { where, columns, format };
        folder.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await folder.OpenAsync(parsed, cancellationToken);
            var names = parsed.GetValue(columns)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var scan = new TableScan(table.Store, table.Root, table.Snapshot, names);
            var text = new RowText(scan.Columns);
            var lines = new ArrayBufferWriter<byte>(2 * FlushBytes);
            await using var output = Console.OpenStandardOutput();
            await foreach (var batch in scan.ReadAsync(table.Where(parsed.GetValue(where)), cancellationToken))
                using (batch)
                    for (var row = 0; row < batch.Length; row++)
                    {
                        text.Write(batch, row, lines);
                        if (lines.WrittenCount < FlushBytes)
                            continue;
                        await output.WriteAsync(lines.WrittenMemory, cancellationToken);
                        lines.ResetWrittenCount();
                    }

            await output.WriteAsync(lines.WrittenMemory, cancellationToken);
        });
        return command;
    }

    public static Command CreateCount()
    {
        var folder = new TableFolder();
        var (where, json) = (Where(), CommonOptions.Json());
        var command = new Command("count", "Count rows of a Delta table, from the log as far as it tells") { where, json };
        folder.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await folder.OpenAsync(parsed, cancellationToken);
            var scan = new TableScan(table.Store, table.Root, table.Snapshot);
            var count = await scan.CountAsync(table.Where(parsed.GetValue(where)), cancellationToken);
            Console.WriteLine(!parsed.GetValue(json) ? Text(count.Rows) : JsonSerializer.Serialize(new
            {
                count = count.Rows,
                version = table.Snapshot.Version,
                filesTotal = count.FilesTotal,
                filesRead = count.FilesRead,
                filesSkipped = count.FilesSkipped,
                filesByMetadata = count.FilesByMetadata,
                keptBecause = count.Reasons.OrderBy(pair => pair.Key).ToDictionary(
                    pair => JsonNamingPolicy.CamelCase.ConvertName(pair.Key.ToString()), pair => pair.Value),
            }, CliJson.Line));
        });
        return command;
    }

    public static Command CreateDescribe()
    {
        var folder = new TableFolder();
        var json = CommonOptions.Json();
        var command = new Command("describe", "Show version, size, protocol and properties of a Delta table") { json };
        folder.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await folder.OpenAsync(parsed, cancellationToken);
            var (snapshot, protocol) = (table.Snapshot, table.Snapshot.Protocol);
            var rows = await CountRowsAsync(table, cancellationToken);
            var bytes = snapshot.Files.SizeBytes;
            var features = (protocol.WriterFeatures ?? []).Union(protocol.ReaderFeatures ?? []).Order(StringComparer.Ordinal).ToList();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    version = snapshot.Version,
                    numFiles = snapshot.Files.Count,
                    rowCount = rows,
                    sizeInBytes = bytes,
                    protocol = new { minReaderVersion = protocol.MinReaderVersion, minWriterVersion = protocol.MinWriterVersion },
                    features,
                    readerFeatures = protocol.ReaderFeatures ?? [],
                    writerFeatures = protocol.WriterFeatures ?? [],
                    properties = snapshot.Metadata.Configuration,
                    columns = snapshot.Schema.Fields.Select(field => field.Name),
                    partitionColumns = snapshot.Metadata.PartitionColumns,
                }, CliJson.Line));
                return;
            }

            TextTable.Print(["WHAT", "VALUE"],
            [
                ["version", Text(snapshot.Version)],
                ["files", Text(snapshot.Files.Count)],
                ["rows", rows is null ? "not known" : Text(rows.Value)],
                ["bytes", Text(bytes)],
                ["protocol", $"reader {Text(protocol.MinReaderVersion)}, writer {Text(protocol.MinWriterVersion)}"],
                ["features", string.Join(", ", features)],
                ["partition columns", string.Join(", ", snapshot.Metadata.PartitionColumns)],
                .. snapshot.Metadata.Configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value }),
            ]);
        });
        return command;
    }

    /// <summary>From the log where it has the number of a file's rows, else from the file; null, with the reason printed, when it is gone.</summary>
    static async Task<long?> CountRowsAsync(OpenTable table, CancellationToken cancellationToken)
    {
        try
        {
            return (await new TableScan(table.Store, table.Root, table.Snapshot).CountAsync(Predicate.True, cancellationToken)).Rows;
        }
        catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt or FaultKind.Invalid)
        {
            await Console.Error.WriteLineAsync($"The rows are not counted: {fault.Message}");
            return null;
        }
    }

    static Option<string?> Where() => new("--where") { Description = "Condition on the rows, such as \"level = 'error' AND ts >= '2026-11-01'\"" };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
