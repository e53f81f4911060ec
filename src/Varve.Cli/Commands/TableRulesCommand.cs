using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Varve.Cli.Terminal;
using Varve.Maintenance.Rules;

namespace Varve.Cli.Commands;

/// <summary><c>varve table rules</c> and those that change them: what may go from a table and what may not.</summary>
static class TableRulesCommand
{
    public static IEnumerable<Command> Create() => [CreateRules(), CreateRetention(), CreateHold(), CreateRelease(), CreateProtect()];

    static Command CreateRules()
    {
        var place = new KeptPlace();
        var command = new Command("rules", "Show how long records are kept, the holds, and whether the table is protected");
        place.AddTo(command, hasActor: false);
        command.SetAction((parsed, cancellationToken) => PrintAsync(place, parsed, cancellationToken));
        return command;
    }

    static Command CreateRetention()
    {
        var place = new KeptPlace();
        var keep = new Argument<string>("KEEP") { Description = "How long: 30d, 36h (by time) or forever" };
        var by = new Option<RetentionUnit>("--by") { Description = "What goes at once: date (whole days, the default) or time (single records; files are rewritten)" };
        var command = new Command("retention", "Set how long records are kept") { keep, by };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var rule = RetentionRule.Parse(parsed.GetValue(keep)!, parsed.GetValue(by));
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            await keeper.SetRetentionAsync(name, rule, place.ActorOf(parsed), cancellationToken);
            await PrintAsync(place, parsed, cancellationToken);
        });
        return command;
    }

    static Command CreateHold()
    {
        var place = new KeptPlace();
        var hold = new Argument<string>("NAME") { Description = "What the hold is called, such as case-2026-17" };
        var from = new Option<string?>("--from") { Description = "The first time that it covers (RFC 3339; default: from the first record on)" };
        var to = new Option<string?>("--to") { Description = "The time at which it ends (RFC 3339; default: it goes on)" };
        var where = new Option<string?>("--where") { Description = "A condition on records, such as \"ClientIP = '203.0.113.9'\" (default: every record of the time)" };
        var command = new Command("hold", "Place a hold: its records may not go until it is lifted") { hold, from, to, where };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            var placed = new LegalHold(parsed.GetValue(hold)!, TimeOf("--from", parsed.GetValue(from)), TimeOf("--to", parsed.GetValue(to)))
            {
                Where = parsed.GetValue(where), By = place.ActorOf(parsed),
            };
            await keeper.PlaceHoldAsync(name, placed, cancellationToken);
            await PrintAsync(place, parsed, cancellationToken);
        });
        return command;
    }

    static Command CreateRelease()
    {
        var place = new KeptPlace();
        var hold = new Argument<string>("NAME") { Description = "The hold" };
        var command = new Command("release", "Lift a hold") { hold };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            await keeper.LiftHoldAsync(name, parsed.GetValue(hold)!, place.ActorOf(parsed), cancellationToken);
            await PrintAsync(place, parsed, cancellationToken);
        });
        return command;
    }

    static Command CreateProtect()
    {
        var place = new KeptPlace();
        var state = new Argument<string>("STATE") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        var command = new Command("protect", "Set whether the table may not be emptied; it is on until it is turned off") { state };
        place.AddTo(command, hasActor: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
            await keeper.SetProtectionAsync(name, parsed.GetValue(state) == "on", place.ActorOf(parsed), cancellationToken);
            await PrintAsync(place, parsed, cancellationToken);
        });
        return command;
    }

    static async Task PrintAsync(KeptPlace place, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (keeper, name) = await place.OpenAsync(parsed, cancellationToken);
        var rules = await keeper.RulesAsync(name, cancellationToken);
        if (parsed.GetValue(place.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { table = name.Path, keep = rules.Retention.ToString(), by = rules.Retention.By.ToString().ToLowerInvariant(), protection = rules.IsProtected, holds = rules.Holds }, CliJson.Line));
            return;
        }

        Console.WriteLine($"{name.Path} keeps its records {rules.Retention}{(rules.Retention.Keep is null ? "" : $", by {rules.Retention.By.ToString().ToLowerInvariant()}")}; it is {(rules.IsProtected ? "protected from" : "not protected from")} being emptied.");
        if (rules.Holds.Count == 0)
            Console.WriteLine("There is no hold.");
        else
            TextTable.Print(
                ["HOLD", "FROM", "TO", "WHERE", "BY", "PLACED", "REASON"],
                rules.Holds.Select(hold => new[] { hold.Name, Text(hold.From), Text(hold.To), hold.Where ?? "", hold.By.Who, Text(hold.PlacedAt), hold.By.Reason }));
    }

    static DateTimeOffset? TimeOf(string option, string? text) => text is null ? null : Durations.ParseInstant(option, text, TimeProvider.System.GetUtcNow());

    static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
