using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Tests.Schema;

public sealed class TableSchemaTests
{
    [Theory]
    [InlineData("\"string\"")]
    [InlineData("\"long\"")]
    [InlineData("\"integer\"")]
    [InlineData("\"short\"")]
    [InlineData("\"byte\"")]
    [InlineData("\"float\"")]
    [InlineData("\"double\"")]
    [InlineData("\"boolean\"")]
    [InlineData("\"binary\"")]
    [InlineData("\"date\"")]
    [InlineData("\"timestamp\"")]
    [InlineData("\"timestamp_ntz\"")]
    [InlineData("\"decimal(38,18)\"")]
    [InlineData("{\"type\":\"array\",\"elementType\":\"string\",\"containsNull\":false}")]
    [InlineData("{\"type\":\"map\",\"keyType\":\"string\",\"valueType\":\"long\",\"valueContainsNull\":true}")]
    [InlineData("{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":{\"type\":\"array\",\"elementType\":{\"type\":\"struct\",\"fields\":[]},\"containsNull\":true},\"nullable\":false,\"metadata\":{}}]}")]
    public void A_schema_of_each_type_is_read_and_written_to_the_letter(string type)
    {
        var text = $$$"""{"type":"struct","fields":[{"name":"a","type":{{{type}}},"nullable":true,"metadata":{}},{"name":"b","type":{{{type}}},"nullable":false,"metadata":{"comment":"x","n":[1,{"y":null}]}}]}""";

        var schema = TableSchema.Parse(text);

        Assert.Equal(text, schema.ToSchemaString());
        Assert.Equal([("a", true, null), ("b", false, """{"comment":"x","n":[1,{"y":null}]}""")],
            schema.Fields.Select(field => (field.Name, field.Nullable, field.MetadataJson)));
    }

    [Fact]
    public void Types_are_what_their_names_say()
    {
        var schema = TableSchema.Parse(
            """
            {"type":"struct","fields":[{"name":"s","type":"string"},{"name":"d","type":"decimal"},
            {"name":"l","type":{"type":"array","elementType":"long","containsNull":false}},
            {"name":"m","type":{"type":"map","keyType":"string","valueType":"date","valueContainsNull":false}}]}
            """);

        Assert.Equal(
            [DeltaType.String, new DeltaType.Primitive("decimal(10,0)"), new DeltaType.ArrayOf(DeltaType.Long, ContainsNull: false),
                new DeltaType.MapOf(DeltaType.String, DeltaType.Date, ValueContainsNull: false)],
            schema.Fields.Select(field => field.Type));
        Assert.All(schema.Fields, field => Assert.True(field.Nullable));
    }

    [Fact]
    public void A_name_may_hold_anything()
    {
        var schema = new TableSchema([new DeltaField("a\"b\\ü 😀<>&\n", DeltaType.String)]);

        Assert.Equal(schema.Fields, TableSchema.Parse(schema.ToSchemaString()).Fields);
    }

    [Theory]
    [InlineData("\"variant\"", "variant")]
    [InlineData("\"void\"", "void")]
    [InlineData("\"interval day to second\"", "interval day to second")]
    [InlineData("{\"type\":\"udt\",\"class\":\"x\"}", "udt")]
    public void An_unknown_type_is_refused_by_name(string type, string name)
    {
        var fault = Assert.Throws<VarveException>(() => TableSchema.Parse($$"""{"type":"struct","fields":[{"name":"a","type":{{type}}}]}"""));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains($"'{name}'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"struct","fields":{}}""")]
    [InlineData("""{"type":"struct","fields":[{"type":"long"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":null,"type":"long"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a"}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":3}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":"long"}}]}""")]
    [InlineData("""{"type":"struct","fields":[{"name":"a","type":{"type":"map"}}]}""")]
    public void A_damaged_schema_is_corrupt(string text)
    {
        var fault = Assert.Throws<VarveException>(() => TableSchema.Parse(text));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("schemaString", fault.Message, StringComparison.Ordinal);
    }
}
