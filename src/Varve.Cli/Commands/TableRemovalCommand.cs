using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Delta;
using Varve.Maintenance.Removal;

namespace Varve.Cli.Commands;

/// <summary><c>varve table expire</c>, <c>erase</c>, <c>empty</c> and <c>vacuum</c>: what takes records and files away.</summary>
static class TableRemovalCommand
{
    const string DryRunText = "Only tell what would go";

    public static IEnumerable<Command> Create() => [CreateExpire(), CreateErase(), CreateEmpty(), CreateVacuum()];

    static Command CreateExpire()
    {
        var (place, dryRun) = (new KeptPlace(), DryRun());
        var command = new Command("expire", "Take away now what is past the retention, but for what a hold keeps") { dryRun };
        place.AddTo(command, hasActor: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            Print(await keeper.ExpireAsync(name, parsed.GetValue(dryRun), cancellationToken), parsed.GetValue(place.Json));
        });
        return command;
    }

    static Command CreateErase()
    {
        var (place, dryRun) = (new KeptPlace(), DryRun());
        var where = new Option<string>("--where") { Description = "Which records, such as \"ClientIP = '203.0.113.9'\"", Required = true };
        var command = new Command("erase", "Erase records by a condition; refused when a hold covers one of them") { where, dryRun };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            Print(await keeper.EraseAsync(name, parsed.GetValue(where)!, place.ActorOf(parsed), parsed.GetValue(dryRun), cancellationToken), parsed.GetValue(place.Json));
        });
        return command;
    }

    static Command CreateEmpty()
    {
        var (place, dryRun) = (new KeptPlace(), DryRun());
        var command = new Command("empty", "Take all records of a table away; refused while it is protected, and when a hold covers a record") { dryRun };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            Print(await keeper.EmptyAsync(name, place.ActorOf(parsed), parsed.GetValue(dryRun), cancellationToken), parsed.GetValue(place.Json));
        });
        return command;
    }

    static Command CreateVacuum()
    {
        var (place, dryRun) = (new KeptPlace(), DryRun());
        var full = new Option<bool>("--full") { Description = "List the whole folder, to find files of writers that died as well" };
        var command = new Command("vacuum", "Delete files that no version within the retention of removed files needs, but for days under a hold") { full, dryRun };
        place.AddTo(command, hasActor: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            var result = await keeper.VacuumAsync(
                name, new VacuumOptions { Mode = parsed.GetValue(full) ? VacuumMode.Full : VacuumMode.Lite, DryRun = parsed.GetValue(dryRun) }, cancellationToken);
            Console.WriteLine(parsed.GetValue(place.Json)
                ? JsonSerializer.Serialize(new { dryRun = result.DryRun, files = result.Files, bytes = result.SizeBytes }, CliJson.Line)
                : string.Create(CultureInfo.InvariantCulture, $"{result.Files} files of {result.SizeBytes} bytes {(result.DryRun ? "would be deleted" : "were deleted")}."));
        });
        return command;
    }

    static Option<bool> DryRun() => new("--dry-run") { Description = DryRunText };

    static void Print(RemovalReport report, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, CliJson.Line));
            return;
        }

        var verb = report.DryRun ? "would go" : "went";
        Console.WriteLine(report.FilesRemoved + report.FilesRewritten == 0
            ? $"Nothing {verb}."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Rows} records {verb}: {report.FilesRemoved} files whole, {report.FilesRewritten} written anew, {report.Bytes} bytes, {Text(report.Oldest)} to {Text(report.Newest)}."));
        if (report.FilesHeld > 0)
            Console.WriteLine($"{report.FilesHeld} files stay whole: a hold covers some of their records.");
        foreach (var held in report.Held)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The hold {held.Hold} keeps {held.Rows} records."));
        if (report is { DryRun: false, Version: not null })
            Console.WriteLine("Their room is given back when no version within the retention of removed files needs them (`varve table vacuum`, or a running server).");
    }

    static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "?";
}
