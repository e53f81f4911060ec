using System.Text.Json;

namespace Varve.Generator.Tests;

/// <summary>The published fields of a dataset, from the catalog the product ships.</summary>
internal static class DatasetSchema
{
    public static IReadOnlyDictionary<string, string> Types(string dataset)
    {
        var path = Path.Combine(RepositoryRoot(), "src", "Varve.Datasets", "Catalog", dataset + ".json");
        using var catalog = JsonDocument.Parse(File.ReadAllBytes(path));
        return catalog.RootElement.GetProperty("fields").EnumerateArray()
            .ToDictionary(f => f.Text("name"), f => f.Text("type"), StringComparer.Ordinal);
    }

    public static bool Accepts(string type, JsonElement value) => type switch
    {
        "int" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "float" => value.ValueKind == JsonValueKind.Number,
        "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array<int>" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => Accepts("int", v)),
        "array<string>" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => Accepts("string", v)),
        "map" => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(v => Accepts("string", v.Value)),
        "json" => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array,
        "string" or "timestamp" => value.ValueKind == JsonValueKind.String,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of the catalog."),
    };

    static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Varve.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("No Varve.slnx above the test.");
    }
}
