using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Varve.Storage;

namespace Varve.Datasets.Tests;

public sealed class DatasetDefinitionTests
{
    const string Nginx = """
        {"name":"nginx_access","title":"nginx","description":"A request","scope":"account","timestampField":"Time","idField":"Id","fields":[
          {"name":"Time","type":"timestamp","statistics":true,"required":true},
          {"name":"Id","type":"string","index":true,"group":"Request","description":"The id","enum":["a"],"rule":"x.y","deprecated":true},
          {"name":"Bytes","type":"int","unit":"bytes"},{"name":"Took","type":"float"},{"name":"Ok","type":"bool"},{"name":"Tags","type":"array<string>"},
          {"name":"Codes","type":"array<int>"},{"name":"Headers","type":"map"},{"name":"More","type":"json"}]}
        """;

    static DatasetDefinition Parse(string json) => DatasetDefinition.Parse(Encoding.UTF8.GetBytes(json));

    static DatasetDefinition Small(Func<DatasetDefinition, DatasetDefinition>? change = null)
    {
        var small = new DatasetDefinition("things", "Time", [new DatasetField { Name = "Time", Type = FieldType.Timestamp }]);
        return change is null ? small : change(small);
    }

    static DatasetField Field(string name, FieldType type = FieldType.String) => new() { Name = name, Type = type };

    [Fact]
    public void A_definition_becomes_a_dataset_and_the_same_json_again()
    {
        var definition = Parse(Nginx);
        var dataset = definition.Build();

        Assert.Equal(("nginx_access", "nginx", DatasetScope.Account, "Time", "Id", true), (dataset.Name, dataset.Title, dataset.Scope, dataset.TimestampField.Name, dataset.IdField, dataset.IsCustom));
        Assert.Equal(Enum.GetValues<FieldType>().Order(), dataset.Fields.Select(field => field.Type).Distinct().Order());
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Nginx).RootElement, definition.ToJson()), definition.ToJson().GetRawText());
    }

    [Fact]
    public void Scope_and_title_have_defaults()
    {
        var dataset = Parse("""{"name":"a","timestampField":"t","fields":[{"name":"t","type":"timestamp"}]}""").Build();

        Assert.Equal((DatasetScope.Zone, "a", ""), (dataset.Scope, dataset.Title, dataset.Description));
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "has to be a JSON object")]
    [InlineData("""{"name":"a","name":"b"}""", "not valid JSON")]
    [InlineData("""{"name":"\ud800","timestampField":"t","fields":[]}""", "not valid JSON")]
    [InlineData("""{"timestampField":"t","fields":[]}""", "no 'name'")]
    [InlineData("""{"name":"a","fields":[]}""", "no 'timestampField'")]
    [InlineData("""{"name":"a","timestampField":"t"}""", "no 'fields'")]
    [InlineData("""{"name":"a","timestampfield":"t","fields":[]}""", "no member 'timestampfield'. Did you mean timestampField?")]
    [InlineData("""{"name":5,"timestampField":"t","fields":[]}""", "'name' of the definition has to be a text")]
    [InlineData("""{"name":"a","scope":"planet","timestampField":"t","fields":[]}""", "The scope 'planet' is not known: use zone or account")]
    [InlineData("""{"name":"a","timestampField":"t","fields":{}}""", "'fields' of the definition has to be a list")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"type":"int"}]}""", "Field 1 has no 'name'")]
    [InlineData("""{"name":"a","timestampField":"t","fields":["x"]}""", "Field 1 has no 'name'")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"name":"x"}]}""", "The field x has no 'type': use one of string, int,")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"name":"x","type":"integer"}]}""", "The type 'integer' of the field x is not known")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"name":"x","type":"int","stats":true}]}""", "The field x has no member 'stats'")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"name":"x","type":"int","statistics":"yes"}]}""", "'statistics' of the field x has to be true or false")]
    [InlineData("""{"name":"a","timestampField":"t","fields":[{"name":"x","type":"string","enum":[1]}]}""", "'enum' of the field x has to be a list of texts")]
    public void What_is_no_definition_is_refused_with_the_place(string json, string message)
    {
        var fault = Assert.Throws<VarveException>(() => Parse(json));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, FaultKind> Broken() => new()
    {
        { """{"name":"Upper"}""", "'Upper' cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":"_x"}""", "'_x' cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":"1x"}""", "'1x' cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":"a/b"}""", "'a/b' cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":"a\n"}""", "cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":""}""", "'' cannot be the name of a dataset", FaultKind.Invalid },
        { """{"name":"zones"}""", "holds the zones", FaultKind.Invalid },
        { """{"name":"http_requests"}""", "http_requests is a built-in dataset", FaultKind.Conflict },
        { """{"timestampField":"Tme"}""", "'timestampField' names Tme, which is no field. Did you mean Time?", FaultKind.Invalid },
        { """{"timestampField":"time"}""", "'timestampField' names time, which is no field", FaultKind.Invalid },
        { """{"timestampField":"Id"}""", "The timestamp field Id has to be of type timestamp", FaultKind.Invalid },
        { """{"idField":"ID"}""", "'idField' names ID, which is no field. Did you mean Id?", FaultKind.Invalid },
        { """{"fields":[]}""", "'timestampField' names Time", FaultKind.Invalid },
        { """{"fields":[{"name":"Time","type":"timestamp"},{"name":"time","type":"int"}]}""", "The field time is there twice", FaultKind.Invalid },
        { """{"fields":[{"name":"a.b","type":"int"}]}""", "The field 'a.b' cannot be called so", FaultKind.Invalid },
        { """{"fields":[{"name":"a b","type":"int"}]}""", "The field 'a b' cannot be called so", FaultKind.Invalid },
        { """{"fields":[{"name":"a\n","type":"int"}]}""", "cannot be called so", FaultKind.Invalid },
        { """{"fields":[{"name":"","type":"int"}]}""", "The field '' cannot be called so", FaultKind.Invalid },
        { """{"fields":[{"name":"_extra","type":"int"}]}""", "The field _extra cannot be called so: Varve has a column of that name", FaultKind.Invalid },
        { """{"fields":[{"name":"_Sample_Interval","type":"int"}]}""", "Varve has a column of that name", FaultKind.Invalid },
        { """{"fields":[{"name":"Date","type":"int"}]}""", "Varve has a column of that name", FaultKind.Invalid },
        { """{"fields":[{"name":"level","type":"int"}]}""", "Varve has a column of that name", FaultKind.Invalid },
        { """{"fields":[{"name":"h","type":"map","statistics":true}]}""", "The field h is of type map, which has no smallest and greatest value", FaultKind.Invalid },
        { """{"fields":[{"name":"n","type":"int","index":true}]}""", "The field n is of type int, and only texts are indexed", FaultKind.Invalid },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_definition_that_breaks_a_rule_is_refused_with_the_field(string change, string message, FaultKind kind)
    {
        var json = JsonNode.Parse(Nginx)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
            json[name] = value?.DeepClone();

        var fault = Assert.Throws<VarveException>(() => Parse(json.ToJsonString()).Build());

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(kind, fault.Kind);
    }

    public static TheoryData<string, Func<int, DatasetDefinition>, int> Limits()
    {
        var limits = new DatasetLimits();
        return new()
        {
            { "fields", n => Small(it => it with { Fields = [.. it.Fields, .. Enumerable.Range(1, n - 1).Select(i => Field($"f{i}"))] }), limits.FieldsMax },
            { "index", n => Small(it => it with { Fields = [.. it.Fields, .. Enumerable.Range(0, n).Select(i => Field($"f{i}") with { Index = true })] }), limits.IndexedFieldsMax },
            { "name", n => Small(it => it with { Name = new string('a', n) }), limits.NameCharsMax },
            { "field name", n => Small(it => it with { Fields = [.. it.Fields, Field(new string('a', n))] }), limits.NameCharsMax },
            { "title", n => Small(it => it with { Title = new string('a', n) }), limits.TitleCharsMax },
            { "group", n => Small(it => it with { Fields = [.. it.Fields, Field("x") with { Group = new string('a', n) }] }), limits.TitleCharsMax },
            { "unit", n => Small(it => it with { Fields = [.. it.Fields, Field("x") with { Unit = new string('a', n) }] }), limits.TitleCharsMax },
            { "enum", n => Small(it => it with { Fields = [.. it.Fields, Field("x") with { KnownValues = [new string('a', n)] }] }), limits.TitleCharsMax },
            { "description", n => Small(it => it with { Description = new string('a', n) }), limits.DescriptionCharsMax },
            { "field description", n => Small(it => it with { Fields = [.. it.Fields, Field("x") with { Description = new string('a', n) }] }), limits.DescriptionCharsMax },
        };
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_holds_at_its_value_and_one_past_it(string what, Func<int, DatasetDefinition> at, int max)
    {
        Assert.True(at(max).Build().Fields.Count > 0, what);

        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => at(max + 1).Build()).Kind);
    }

    [Fact]
    public void The_bytes_of_a_definition_have_a_limit()
    {
        var definition = Small(it => it with { Description = "é" });
        var bytes = Encoding.UTF8.GetByteCount(definition.ToJson().GetRawText());

        Assert.NotNull(definition.Build(new DatasetLimits { DefinitionBytesMax = bytes }));
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => definition.Build(new DatasetLimits { DefinitionBytesMax = bytes - 1 })).Kind);
        var text = Encoding.UTF8.GetBytes(definition.ToJson().GetRawText());
        Assert.NotNull(DatasetDefinition.Parse(text, new DatasetLimits { DefinitionBytesMax = text.Length }));
        Assert.Equal(
            FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => DatasetDefinition.Parse(text, new DatasetLimits { DefinitionBytesMax = text.Length - 1 })).Kind);
    }
}
