using System.CommandLine;
using System.Text.Json;
using Varve.Datasets;

namespace Varve.Cli.Commands;

/// <summary><c>varve dataset</c>: what can be stored and queried.</summary>
static class DatasetCommand
{
    public static Command Create() => new("dataset", "Show and declare what can be stored and queried, and what ingest keeps of it")
    {
        CreateList(), CreateDescribe(), DatasetDeclareCommand.CreateShow(), DatasetDeclareCommand.CreateDeclare(), DatasetDeclareCommand.CreateRemove(),
        DatasetSettingsCommand.Create(),
    };

    static Command CreateList()
    {
        var place = new DatasetPlace();
        var json = CommonOptions.Json();
        var list = new Command("list", "Name all datasets, built in and declared") { json };
        place.AddTo(list);
        list.SetAction(async (parsed, cancellationToken) => List(await place.ListAsync(parsed, cancellationToken), parsed.GetValue(json)));
        return list;
    }

    static Command CreateDescribe()
    {
        var place = new DatasetPlace();
        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var json = CommonOptions.Json();
        var describe = new Command("describe", "Show a dataset's fields") { name, json };
        place.AddTo(describe);
        describe.SetAction(async (parsed, cancellationToken) =>
            Describe(await place.FindAsync(parsed, parsed.GetValue(name)!, cancellationToken), parsed.GetValue(json)));
        return describe;
    }

    static void List(IReadOnlyList<DatasetLine> datasets, bool asJson)
    {
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(datasets, CliJson.Indented));
        else
            TextTable.Print(
                ["NAME", "SCOPE", "FIELDS", "TIMESTAMP", "ORIGIN", "TITLE"],
                datasets.Select(dataset => new[]
                {
                    dataset.Name, dataset.Scope == DatasetScope.Zone ? "zone" : "account", $"{dataset.FieldCount}", dataset.TimestampField,
                    dataset.Custom ? "declared" : "built-in", dataset.Title,
                }));
    }

    static void Describe(Dataset dataset, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                dataset.Name,
                dataset.Title,
                dataset.Description,
                dataset.Scope,
                TimestampField = dataset.TimestampField.Name,
                dataset.IdField,
                dataset.Fields,
            }, CliJson.Indented));
            return;
        }

        Console.WriteLine($"{dataset.Name}: {(dataset.Description.Length > 0 ? dataset.Description : dataset.Title)}.");
        Console.WriteLine($"Scope {(dataset.Scope == DatasetScope.Zone ? "zone" : "account")}, timestamp {dataset.TimestampField.Name}, {dataset.Fields.Count} fields:");
        Console.WriteLine();
        TextTable.Print(
            ["FIELD", "TYPE", "DESCRIPTION"],
            dataset.Fields.Select(field => new[] { field.Name, TypeName(field.Type), field.Description }));
    }

    static string TypeName(FieldType type) => JsonSerializer.Serialize(type, CliJson.Indented).Trim('"');
}
