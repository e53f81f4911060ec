using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Delta.Files;
using Varve.Delta.Scan;

namespace Varve.Cli.Commands;

/// <summary><c>varve table read</c> and <c>describe</c>: any Delta table in a folder.</summary>
static class TableReadCommand
{
    const int FlushBytes = 64 * 1024;

    public static Command CreateRead()
    {
        var folder = new TableFolder();
        var format = new Option<string>("--format") { Description = "rows: one JSON object a line", DefaultValueFactory = _ => "rows" };
        format.AcceptOnlyFromAmong("rows");
        var command = new Command("read", "Print all rows of a Delta table in a folder") { format };
        folder.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await folder.OpenAsync(parsed, cancellationToken);
            var text = new RowText(table.Snapshot.Schema);
            var lines = new ArrayBufferWriter<byte>(2 * FlushBytes);
            await using var output = Console.OpenStandardOutput();
            await foreach (var batch in new TableScan(table.Store, table.Root, table.Snapshot).ReadAsync(cancellationToken))
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

    public static Command CreateDescribe()
    {
        var folder = new TableFolder();
        var json = CommonOptions.Json();
        var command = new Command("describe", "Show version, size, protocol and properties of a Delta table in a folder") { json };
        folder.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var table = await folder.OpenAsync(parsed, cancellationToken);
            var (snapshot, protocol) = (table.Snapshot, table.Snapshot.Protocol);
            var rows = await CountRowsAsync(table, cancellationToken);
            var bytes = snapshot.Files.Values.Sum(file => file.Size);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    version = snapshot.Version,
                    numFiles = snapshot.Files.Count,
                    rowCount = rows,
                    sizeInBytes = bytes,
                    protocol = new { minReaderVersion = protocol.MinReaderVersion, minWriterVersion = protocol.MinWriterVersion },
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
                ["rows", Text(rows)],
                ["bytes", Text(bytes)],
                ["protocol", $"reader {Text(protocol.MinReaderVersion)}, writer {Text(protocol.MinWriterVersion)}"],
                ["features", string.Join(", ", (protocol.WriterFeatures ?? []).Union(protocol.ReaderFeatures ?? []))],
                ["partition columns", string.Join(", ", snapshot.Metadata.PartitionColumns)],
                .. snapshot.Metadata.Configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value }),
            ]);
        });
        return command;
    }

    /// <summary>From the log where it has the number of a file's rows, else from the file.</summary>
    static async Task<long> CountRowsAsync(OpenTable table, CancellationToken cancellationToken)
    {
        var scan = new TableScan(table.Store, table.Root, table.Snapshot, columns: []);
        var rows = 0L;
        foreach (var file in table.Snapshot.Files.Values)
            if (FileStatistics.Parse(file.Stats, table.Snapshot.Schema).NumRecords is { } records)
                rows += records - (file.DeletionVector?.Cardinality ?? 0);
            else
                await foreach (var batch in scan.ReadFileAsync(file, cancellationToken))
                    using (batch)
                        rows += batch.Length;
        return rows;
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
