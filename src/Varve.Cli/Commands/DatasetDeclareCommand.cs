using System.CommandLine;
using System.Text.Json;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary><c>varve dataset show</c>, <c>declare</c> and <c>remove</c>: datasets of an account's own.</summary>
static class DatasetDeclareCommand
{
    public static Command CreateShow()
    {
        var place = new DatasetPlace();
        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var command = new Command("show", "Print a dataset as JSON, in the form that declare reads") { name };
        place.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var dataset = await place.FindAsync(parsed, parsed.GetValue(name)!, cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(dataset.Definition.ToJson(), CliJson.Indented));
        });
        return command;
    }

    public static Command CreateDeclare()
    {
        var place = new DatasetPlace();
        var file = new Argument<string>("FILE") { Description = "The definition as JSON; - is standard input" };
        var command = new Command("declare", "Declare a dataset, or add fields to one that is declared") { file };
        place.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = DatasetDefinition.Parse(
                await ReadAsync(parsed.GetValue(file)!, new DatasetLimits().DefinitionBytesMax, cancellationToken));
            Console.WriteLine(await place.DeclareAsync(parsed, definition, cancellationToken));
        });
        return command;
    }

    public static Command CreateRemove()
    {
        var place = new DatasetPlace();
        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var command = new Command("remove", "Take a declaration back; stored records stay") { name };
        place.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
            Console.WriteLine(await place.RemoveAsync(parsed, parsed.GetValue(name)!, cancellationToken)));
        return command;
    }

    /// <summary>The content of a file, or of standard input; of a long one the start that shows that it is too long.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string file, int bytesMax, CancellationToken cancellationToken)
    {
        if (file != "-" && !File.Exists(file))
            throw new VarveException(FaultKind.NotFound, $"There is no file '{file}'. Nothing was changed.");
        await using var content = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        var buffer = new byte[bytesMax + 1];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer.AsMemory(0, read);
    }
}
