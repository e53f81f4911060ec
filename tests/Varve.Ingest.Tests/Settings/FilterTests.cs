using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Ingest.Tests.Settings;

public sealed class FilterTests
{
    [Theory]
    [InlineData("Text", "eq", "\"/static\"", """{"Text":"/static"}""", true)]
    [InlineData("Text", "eq", "\"/static\"", """{"Text":"/Static"}""", false)]
    [InlineData("text", "eq", "\"a\"", """{"TEXT":"a"}""", true)]
    [InlineData("Text", "!eq", "\"a\"", """{"Text":"b"}""", true)]
    [InlineData("Text", "!eq", "\"a\"", """{"Text":"a"}""", false)]
    [InlineData("Text", "startsWith", "\"/st\"", """{"Text":"/static"}""", true)]
    [InlineData("Text", "startsWith", "\"st\"", """{"Text":"/static"}""", false)]
    [InlineData("Text", "!startsWith", "\"st\"", """{"Text":"/static"}""", true)]
    [InlineData("Text", "endsWith", "\"tic\"", """{"Text":"/static"}""", true)]
    [InlineData("Text", "endsWith", "\"/static/x\"", """{"Text":"/static"}""", false)]
    [InlineData("Text", "!endsWith", "\"tic\"", """{"Text":"/static"}""", false)]
    [InlineData("Text", "contains", "\"tat\"", """{"Text":"/static"}""", true)]
    [InlineData("Text", "contains", "\"\"", """{"Text":"x"}""", true)]
    [InlineData("Text", "!contains", "\"tat\"", """{"Text":"/static"}""", false)]
    [InlineData("Text", "in", "[\"b\",\"a\",\"cc\"]", """{"Text":"cc"}""", true)]
    [InlineData("Text", "in", "[\"b\",\"a\",\"cc\"]", """{"Text":"c"}""", false)]
    [InlineData("Text", "!in", "[\"b\",\"a\"]", """{"Text":"c"}""", true)]
    [InlineData("Text", "eq", "\"é\\u0000\"", """{"Text":"\u00e9\u0000"}""", true)]
    [InlineData("Number", "eq", "200", """{"Number":200}""", true)]
    [InlineData("Number", "eq", "\"200\"", """{"Number":"200"}""", true)]
    [InlineData("Number", "eq", "2e2", """{"Number":200.0}""", true)]
    [InlineData("Number", "!eq", "200", """{"Number":200}""", false)]
    [InlineData("Number", "lt", "30", """{"Number":29}""", true)]
    [InlineData("Number", "lt", "30", """{"Number":30}""", false)]
    [InlineData("Number", "leq", "30", """{"Number":30}""", true)]
    [InlineData("Number", "gt", "-1", """{"Number":0}""", true)]
    [InlineData("Number", "gt", "9223372036854775806", """{"Number":9223372036854775807}""", true)]
    [InlineData("Number", "geq", "9223372036854775807", """{"Number":9223372036854775806}""", false)]
    [InlineData("Number", "in", "[403,\"429\"]", """{"Number":429}""", true)]
    [InlineData("Number", "!in", "[403,429]", """{"Number":429}""", false)]
    [InlineData("Real", "eq", "0.5", """{"Real":0.5}""", true)]
    [InlineData("Real", "lt", "\"0.5\"", """{"Real":0.25}""", true)]
    [InlineData("Real", "geq", "1", """{"Real":0.999}""", false)]
    [InlineData("Real", "in", "[3,0.5,0]", """{"Real":-0.0}""", true)]
    [InlineData("Truth", "eq", "true", """{"Truth":true}""", true)]
    [InlineData("Truth", "eq", "\"false\"", """{"Truth":"False"}""", true)]
    [InlineData("Truth", "!eq", "true", """{"Truth":true}""", false)]
    [InlineData("When", "eq", "\"2026-11-22T10:00:00Z\"", """{"When":1795341600}""", true)]
    [InlineData("When", "eq", "\"2026-11-22T12:00:00+02:00\"", """{"When":"2026-11-22 10:00:00.000"}""", true)]
    [InlineData("When", "lt", "1795341600000000000", """{"When":"2026-11-22T09:59:59.999999Z"}""", true)]
    [InlineData("When", "geq", "1795341600", """{"When":"2026-11-22T09:59:59.999999Z"}""", false)]
    [InlineData("When", "in", "[1795341600]", """{"When":1795341600000}""", true)]
    [InlineData("Tags", "contains", "\"a\"", """{"Tags":["b","a"]}""", true)]
    [InlineData("Tags", "contains", "\"a\"", """{"Tags":["ab"]}""", false)]
    [InlineData("Tags", "contains", "\"a\"", """{"Tags":[]}""", false)]
    [InlineData("Tags", "contains", "\"a\"", """{"Tags":"[\u0022a\u0022]"}""", false)]
    [InlineData("Tags", "!contains", "\"a\"", """{"Tags":["b",null]}""", true)]
    [InlineData("Codes", "contains", "7", """{"Codes":[5,7]}""", true)]
    [InlineData("Codes", "contains", "\"7\"", """{"Codes":"[5,7]"}""", true)]
    [InlineData("Codes", "!contains", "7", """{"Codes":[5]}""", true)]
    public void A_condition_holds_or_not(string key, string sign, string value, string record, bool passes)
    {
        Assert.Equal(passes, SettingsBench.Passes($$"""{"key":"{{key}}","operator":"{{sign}}","value":{{value}}}""", record));
    }

    [Theory]
    [InlineData("Text", "eq", "\"\"")]
    [InlineData("Text", "startsWith", "\"\"")]
    [InlineData("Text", "endsWith", "\"\"")]
    [InlineData("Text", "contains", "\"\"")]
    [InlineData("Text", "in", "[\"\"]")]
    [InlineData("Number", "eq", "0")]
    [InlineData("Number", "in", "[0]")]
    [InlineData("Real", "eq", "0")]
    [InlineData("Truth", "eq", "false")]
    [InlineData("When", "in", "[1795341600]")]
    [InlineData("Tags", "contains", "\"\"")]
    [InlineData("Codes", "contains", "0")]
    public void A_field_without_a_value_fails_each_operator_and_meets_the_negated_one(string key, string sign, string value)
    {
        foreach (var record in new[] { "{}", $$"""{"{{key}}":null}""", $$"""{"{{key}}":{"no":"fit"} }""" })
        {
            Assert.False(SettingsBench.Passes($$"""{"key":"{{key}}","operator":"{{sign}}","value":{{value}}}""", record));
            Assert.True(SettingsBench.Passes($$"""{"key":"{{key}}","operator":"!{{sign}}","value":{{value}}}""", record));
        }

        foreach (var order in new[] { "lt", "leq", "gt", "geq" })
            Assert.False(SettingsBench.Passes($$"""{"key":"Number","operator":"{{order}}","value":0}""", "{}"));
    }

    [Fact]
    public void A_record_without_a_timestamp_has_that_of_its_arrival()
    {
        Assert.True(SettingsBench.Passes("""{"key":"Time","operator":"eq","value":"2026-11-22T12:00:00Z"}""", "{}"));
    }

    [Theory]
    [InlineData("/static/a", 403, 50, true)]
    [InlineData("/static/a", 200, 10, true)]
    [InlineData("/static/a", 200, 50, false)]
    [InlineData("/a", 403, 10, false)]
    public void The_example_of_the_documentation_works(string path, int status, int score, bool passes)
    {
        const string Example = """{"and":[{"key":"Text","operator":"contains","value":"/static"},{"or":[{"key":"Number","operator":"in","value":[403,429]},{"key":"Real","operator":"lt","value":"30"}]}]}""";

        Assert.Equal(passes, SettingsBench.Passes(Example, $$"""{"Text":"{{path}}","Number":{{status}},"Real":{{score}}}"""));
    }

    [Fact]
    public void A_filter_may_come_as_a_text_with_the_json_in_it_and_an_empty_one_is_none()
    {
        var settings = SettingsBench.Bind("""{"filter":"{\"where\":{\"key\":\"Number\",\"operator\":\"eq\",\"value\":1}}"}""");

        Assert.True(settings.Filters);
        Assert.False(settings.Passes(SettingsBench.Row("""{"Number":2}""")));
        Assert.True(SettingsBench.Bind("""{"filter":""}""").KeepsEverything);
    }

    [Theory]
    [InlineData("""{"key":"Txt","operator":"eq","value":""}""", "The filter names Txt, which is no field of things. Did you mean Text?")]
    [InlineData("""{"operator":"eq","value":""}""", "A condition of the filter has no 'key'")]
    [InlineData("""{"key":"Text","value":""}""", "The condition on Text has no 'operator'")]
    [InlineData("""{"key":"Text","operator":"eq"}""", "The condition on Text has no 'value'")]
    [InlineData("""{"key":"Text","operator":"eq","value":null}""", "The condition on Text has no 'value'")]
    [InlineData("""{"key":"Text","operator":"eq","value":"","or":[]}""", "A part of the filter with 'or' has no member 'key'")]
    [InlineData("""{"key":"Text","operator":"eq","value":"","more":1}""", "A condition of the filter has no member 'more'")]
    [InlineData("""{"key":"Text","operator":"lt","value":"a"}""", "The operator 'lt' is none for Text: use eq,")]
    [InlineData("""{"key":"Text","operator":"equals","value":"a"}""", "The operator 'equals' is none for Text")]
    [InlineData("""{"key":"Text","operator":"!!eq","value":"a"}""", "The operator '!!eq' is none for Text")]
    [InlineData("""{"key":"Number","operator":"contains","value":1}""", "The operator 'contains' is none for Number: use eq, !eq, lt,")]
    [InlineData("""{"key":"Number","operator":"!lt","value":1}""", "The operator '!lt' is none for Number")]
    [InlineData("""{"key":"Truth","operator":"in","value":[true]}""", "The operator 'in' is none for Truth: use eq, !eq")]
    [InlineData("""{"key":"Tags","operator":"eq","value":"a"}""", "The operator 'eq' is none for Tags: use contains, !contains")]
    [InlineData("""{"key":"Headers","operator":"contains","value":"a"}""", "Headers, which is a map or JSON")]
    [InlineData("""{"key":"More","operator":"eq","value":"a"}""", "More, which is a map or JSON")]
    [InlineData("""{"key":"Text","operator":"eq","value":5}""", "The condition on Text with 'eq' needs a text, not 5.")]
    [InlineData("""{"key":"Text","operator":"in","value":"a"}""", "The condition on Text with 'in' needs a list of one value or more")]
    [InlineData("""{"key":"Text","operator":"in","value":[]}""", "needs a list of one value or more")]
    [InlineData("""{"key":"Text","operator":"in","value":["a",1]}""", "needs a text")]
    [InlineData("""{"key":"Number","operator":"eq","value":1.5}""", "needs a whole number, not 1.5")]
    [InlineData("""{"key":"Number","operator":"eq","value":"many"}""", "needs a whole number")]
    [InlineData("""{"key":"Number","operator":"eq","value":9223372036854775808}""", "needs a whole number")]
    [InlineData("""{"key":"Real","operator":"eq","value":"NaN"}""", "needs a number")]
    [InlineData("""{"key":"Truth","operator":"eq","value":1}""", "needs true or false")]
    [InlineData("""{"key":"When","operator":"eq","value":"soon"}""", "needs an instant")]
    [InlineData("""{"and":[]}""", "'and' in the filter needs a list of one part or more")]
    [InlineData("""{"or":{}}""", "'or' in the filter needs a list of one part or more")]
    [InlineData("""{"and":[1]}""", "A part of the filter is no object")]
    [InlineData("""{}""", "A condition of the filter has no 'key'")]
    [InlineData("[]", "A part of the filter is no object")]
    public void What_is_no_filter_is_refused_with_the_field(string where, string message)
    {
        var fault = Assert.Throws<VarveException>(() => SettingsBench.Filter(where));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"filter":{}}""", "The filter has no 'where'")]
    [InlineData("""{"filter":{"where":null}}""", "The filter has no 'where'")]
    [InlineData("""{"filter":{"were":{}}}""", "The filter has no member 'were'. Did you mean where?")]
    [InlineData("""{"filter":[]}""", "The filter has to be a JSON object")]
    [InlineData("""{"filter":"{"}""", "The filter is not valid JSON")]
    public void A_filter_has_a_where(string settings, string message)
    {
        Assert.Contains(message, Assert.Throws<VarveException>(() => SettingsBench.Bind(settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Operators_nesting_and_bytes_have_limits(int past, bool fits)
    {
        var limits = new IngestSettingsLimits();
        const string Condition = """{"key":"Number","operator":"eq","value":1}""";
        string[] wheres =
        [
            // The 'and' is an operator too.
            $$"""{"and":[{{string.Join(',', Enumerable.Repeat(Condition, limits.FilterOperatorsMax - 1 + past))}}]}""",
            Enumerable.Range(0, limits.FilterDepthMax + past).Aggregate(Condition, (inner, level) => $$"""{"{{(level % 2 == 0 ? "or" : "and")}}":[{{inner}}]}"""),
            $$"""{"key":"Text","operator":"eq","value":"{{new string('a', limits.FilterBytesMax - """{"where":{"key":"Text","operator":"eq","value":""}}""".Length + past)}}"}""",
        ];

        foreach (var where in wheres)
            if (fits)
                Assert.True(SettingsBench.Filter(where).Filters);
            else
                Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => SettingsBench.Filter(where)).Kind);
    }

    [Fact]
    public void A_filter_allocates_nothing_for_a_record()
    {
        var settings = SettingsBench.Filter(
            """{"and":[{"key":"Text","operator":"!in","value":["b","a"]},{"or":[{"key":"Tags","operator":"contains","value":"x"},{"key":"Number","operator":"geq","value":1}]},{"key":"When","operator":"!eq","value":1795341600}]}""");
        var row = SettingsBench.Row("""{"Text":"c","Number":5,"Tags":["y"]}""");
        var passed = settings.Passes(row);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            passed &= settings.Passes(row);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(passed);
        Assert.Equal(0, allocated);
    }
}
