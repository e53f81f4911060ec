using System.CommandLine;
using System.Text.Json;
using Varve.Ingest.Settings;

namespace Varve.Cli.Commands;

/// <summary><c>varve dataset settings</c>: what ingest keeps of a table's records.</summary>
static class DatasetSettingsCommand
{
    public static Command Create() => new("settings", "Show and set what ingest keeps: fields, filter, redaction") { CreateGet(), CreateSet() };

    static Command CreateGet()
    {
        var (place, zone) = (new DatasetPlace(), CommonOptions.Zone());
        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var command = new Command("get", "Print the settings as JSON") { name, zone };
        place.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) => Console.WriteLine(JsonSerializer.Serialize(
            await place.SettingsAsync(parsed, parsed.GetValue(name)!, parsed.GetValue(zone)!, cancellationToken), CliJson.Indented)));
        return command;
    }

    static Command CreateSet()
    {
        var (place, zone) = (new DatasetPlace(), CommonOptions.Zone());
        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var file = new Argument<string>("FILE") { Description = "The settings as JSON; - is standard input" };
        var command = new Command("set", "Set what is kept of the records that come from now on") { name, file, zone };
        place.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = IngestSettingsDefinition.Parse(
                await DatasetDeclareCommand.ReadAsync(parsed.GetValue(file)!, new IngestSettingsLimits().SettingsBytesMax, cancellationToken));
            await place.SetSettingsAsync(parsed, parsed.GetValue(name)!, parsed.GetValue(zone)!, definition, cancellationToken);
            var seconds = IngestSettingsSource.AgeMax.TotalSeconds;
            Console.WriteLine($"The settings of {parsed.GetValue(name)} are set. Running servers go by them within {seconds:0} s.");
        });
        return command;
    }
}
