using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Maintenance;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve maintain</c>: looks after the tables of a store.</summary>
static class MaintainCommand
{
    public static Command Create()
    {
        var (data, store, json) = (CommonOptions.Data(), CommonOptions.Store(), CommonOptions.Json());
        var once = new Option<bool>("--once") { Description = "End when nothing is left to do" };
        var command = new Command("maintain", "Merge small files, take away what is past its retention, and give its room back; any number may be at work") { data, store, once, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var opened = CommonOptions.OpenStore(parsed, data, store);
            await opened.CheckConditionalPutsAsync(cancellationToken);
            var keeper = KeptPlace.Keeper(opened);
            if (parsed.GetValue(once))
                Print(await keeper.RunOnceAsync(cancellationToken), parsed.GetValue(json));
            else
                await WatchAsync(keeper, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    static async Task WatchAsync(TableKeeper keeper, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            // What is due when it begins is done at once.
            Print(await keeper.RunOnceAsync(cancellationToken), asJson);
            await keeper.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    static void Print(IReadOnlyList<TableReport> reports, bool asJson)
    {
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(reports, CliJson.Line));
        else if (reports.Count == 0)
            Console.WriteLine("There is no table yet.");
        else
            TextTable.Print(
                ["TABLE", "FILES MERGED", "INTO", "ROWS", "ROWS EXPIRED", "FILES DELETED", "BYTES FREED"],
                reports.Select(report => new[]
                {
                    report.Table.Path, Text(report.FilesRemoved), Text(report.FilesAdded), Text(report.Rows), Text(report.Expired?.Rows ?? 0),
                    Text(report.Vacuumed?.Files ?? 0), Text(report.Vacuumed?.Bytes ?? 0),
                }));
        foreach (var report in reports)
        {
            foreach (var bad in report.BadFiles)
                Console.Error.WriteLine($"{bad.Path} of {report.Table.Path} is left as it is: {bad.Reason}");
            if (report.Fault is { } fault)
                Console.Error.WriteLine($"{report.Table.Path}: {fault}");
        }

        if (reports.Any(report => report.Fault is not null || report.BadFiles.Count > 0))
            throw new VarveException(FaultKind.Corrupt, "Not everything could be done; what could not is named above.");
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
