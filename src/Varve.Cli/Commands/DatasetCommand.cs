using System.CommandLine;
using System.Text.Json;
using Varve.Datasets;

namespace Varve.Cli.Commands;

/// <summary><c>varve dataset</c>: what can be stored and queried.</summary>
static class DatasetCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var list = new Command("list", "Name all datasets") { json };
        list.SetAction(parsed => List(parsed.GetValue(json)));

        var name = new Argument<string>("NAME") { Description = "The dataset" };
        var describeJson = CommonOptions.Json();
        var describe = new Command("describe", "Show a dataset's fields") { name, describeJson };
        describe.SetAction(parsed => Describe(CommonOptions.FindDataset(parsed.GetValue(name)!), parsed.GetValue(describeJson)));

        return new Command("dataset", "Show what can be stored and queried") { list, describe };
    }

    static void List(bool asJson)
    {
        var datasets = DatasetCatalog.BuiltIn.Datasets;
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(datasets.Select(dataset => new
            {
                dataset.Name,
                dataset.Title,
                dataset.Description,
                dataset.Scope,
                TimestampField = dataset.TimestampField.Name,
                FieldCount = dataset.Fields.Count,
            }), CliJson.Indented));
        else
            TextTable.Print(
                ["NAME", "SCOPE", "FIELDS", "TIMESTAMP", "TITLE"],
                datasets.Select(dataset => new[]
                {
                    dataset.Name, dataset.Scope == DatasetScope.Zone ? "zone" : "account", $"{dataset.Fields.Count}", dataset.TimestampField.Name, dataset.Title,
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

        Console.WriteLine($"{dataset.Name}: {dataset.Description}.");
        Console.WriteLine($"Scope {(dataset.Scope == DatasetScope.Zone ? "zone" : "account")}, timestamp {dataset.TimestampField.Name}, {dataset.Fields.Count} fields:");
        Console.WriteLine();
        TextTable.Print(
            ["FIELD", "TYPE", "DESCRIPTION"],
            dataset.Fields.Select(field => new[] { field.Name, TypeName(field.Type), field.Description }));
    }

    static string TypeName(FieldType type) => JsonSerializer.Serialize(type, CliJson.Indented).Trim('"');
}
