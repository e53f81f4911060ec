using System.Text.Json;

namespace Varve.Datasets.Tests;

/// <summary>The catalog against the published schemas, where a copy of them is at hand.</summary>
public sealed class ReferenceSchemaTests
{
    public static TheoryData<string> Names() =>
        [.. DatasetCatalog.BuiltIn.Datasets.Select(dataset => dataset.Name).Where(name => name is not (DatasetCatalog.RejectsName or "otel_logs"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_dataset_is_as_published(string name)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), $"{name}.json")));
        var published = schema.RootElement;
        var dataset = DatasetCatalog.BuiltIn.Find(name)!;

        var fields = published.GetProperty("fields").EnumerateArray().ToList();

        Assert.Equal(fields.Select(field => field.GetProperty("name").GetString()), dataset.Fields.Select(field => field.Name));
        Assert.Equal(published.GetProperty("timestamp_field").GetString(), dataset.TimestampField.Name);
        Assert.Equal(published.GetProperty("scope").GetString(), dataset.Scope.ToString().ToLowerInvariant());
        Assert.Equal(published.GetProperty("log_explorer").GetBoolean(), dataset.LogExplorer);
        foreach (var (field, ours) in fields.Zip(dataset.Fields))
            Assert.True(Fits(field.GetProperty("type").GetString()!, ours.Type), $"{ours.Name} is {ours.Type}, published as {field.GetProperty("type")}");
    }

    [Fact]
    public void No_published_dataset_is_missing()
    {
        var published = Directory.EnumerateFiles(Folder(), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name[0] != '_');

        Assert.All(published, name => Assert.NotNull(DatasetCatalog.BuiltIn.Find(name)));
    }

    static bool Fits(string published, FieldType type) => published switch
    {
        "string" => type == FieldType.String,
        "bool" => type == FieldType.Bool,
        "float" => type == FieldType.Float,
        "int" => type is FieldType.Int or FieldType.Timestamp,
        "int or string" => type == FieldType.Timestamp,
        "object" => type is FieldType.Json or FieldType.Map,
        "array[string]" => type == FieldType.StringArray,
        "array[int]" => type == FieldType.IntArray,
        "array[object]" => type == FieldType.Json,
        _ => false,
    };

    static string Folder()
    {
        var data = Environment.GetEnvironmentVariable("VARVE_TEST_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(data), "VARVE_TEST_DATA is not set: there are no published schemas to compare with.");
        var folder = Path.GetFullPath(Path.Combine(data!, "..", "reference", "schemas"));
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is not there: there are no published schemas to compare with.");
        return folder;
    }
}
