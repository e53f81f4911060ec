using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Ingest.Tests.Settings;

public sealed class IngestSettingsTests
{
    static bool KeepsExtra(IngestSettings settings, string name) => settings.KeepsExtra(Encoding.UTF8.GetBytes(name));

    static FieldRule? Rule(IngestSettings settings, string field) => settings.RuleOf(SettingsBench.Field(field));

    static FieldRule? RuleOfKey(IngestSettings settings, string key) => Rule(settings, "Headers")!.OfKey(Encoding.UTF8.GetBytes(key));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"fields":null,"filter":null,"redact":null}""")]
    [InlineData("""{"redact":[]}""")]
    public void Empty_settings_keep_everything(string json)
    {
        var settings = SettingsBench.Bind(json);

        Assert.Equal((true, false, false), (settings.KeepsEverything, settings.Filters, settings.Redacts));
        Assert.True(settings.Passes(SettingsBench.Row("{}")));
        Assert.True(KeepsExtra(settings, "anything"));
        Assert.All(SettingsBench.Dataset.Fields, field => Assert.Null(settings.RuleOf(field)));
    }

    [Fact]
    public void Fields_that_are_not_named_are_dropped_but_never_the_timestamp()
    {
        var settings = SettingsBench.Bind("""{"fields":["text","Headers"]}""");

        Assert.Equal(
            ["Other", "Number", "Real", "Truth", "When", "Tags", "Codes", "More"],
            SettingsBench.Dataset.Fields.Where(field => settings.RuleOf(field)?.Drops == true).Select(field => field.Name));
        Assert.All(new[] { "Time", "Text", "Headers" }, name => Assert.Null(Rule(settings, name)));
        Assert.Equal((false, false), (settings.KeepsEverything, settings.Redacts));
        Assert.Equal([true, true, true, false, false, false], new[] { "Text", "TIME", "_timestamp", "Other", "number", "unknown" }.Select(name => KeepsExtra(settings, name)));
    }

    [Fact]
    public void A_redacted_field_is_not_kept_aside_either_whatever_the_case_and_the_escapes()
    {
        var settings = SettingsBench.Bind("""{"redact":[{"field":"text","method":"mask"},{"field":"Headers.cookie","method":"drop"},{"field":"_extra.password","method":"drop"}]}""");

        Assert.True(settings.Redacts);
        foreach (var name in new[] { "Text", "TEXT", @"T\u0065xt", "Headers", "password", "PassWord", @"p\u0061ssword" })
            Assert.False(KeepsExtra(settings, name), name);
        foreach (var name in new[] { "Other", "unknown", "Textual", @"T\u0065xts", @"broken\", @"\ud800", new string('x', 2_000), "é" })
            Assert.True(KeepsExtra(settings, name), name);
    }

    [Fact]
    public void All_unknown_fields_can_be_dropped()
    {
        var settings = SettingsBench.Bind("""{"redact":[{"field":"_extra","method":"drop"}]}""");

        Assert.Equal([true, false, false], new[] { "Number", "unknown", new string('x', 2_000) }.Select(name => KeepsExtra(settings, name)));
        Assert.All(SettingsBench.Dataset.Fields, field => Assert.Null(settings.RuleOf(field)));
    }

    [Fact]
    public void A_hash_is_the_hmac_under_the_accounts_key_and_equal_for_equal_values()
    {
        var settings = SettingsBench.Bind("""{"redact":[{"field":"Text","method":"hash"},{"field":"Tags","method":"hash"}]}""");
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(SettingsBench.Key, "anna@example.com"u8));

        Assert.Equal(expected, SettingsBench.Apply(Rule(settings, "Text")!, "anna@example.com"));
        Assert.Equal(expected, SettingsBench.Apply(Rule(settings, "Tags")!, "anna@example.com"));
        Assert.NotEqual(expected, SettingsBench.Apply(Rule(settings, "Text")!, "Anna@example.com"));
        Assert.Equal("", SettingsBench.Apply(Rule(settings, "Text")!, ""));
        var other = SettingsBench.Bind("""{"redact":[{"field":"Text","method":"hash"}]}""", key: new byte[32]);
        Assert.NotEqual(expected, SettingsBench.Apply(Rule(other, "Text")!, "anna@example.com"));
    }

    [Theory]
    [InlineData("203.0.113.86", "203.0.113.0")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.0")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::")]
    [InlineData("2001:DB8::1", "2001:db8::")]
    [InlineData("::1", "::")]
    [InlineData("::ffff:203.0.113.86", "203.0.113.0")]
    [InlineData("fe80::1%eth0", "fe80::")]
    [InlineData("256.0.0.1", "256***")]
    [InlineData("1.2.3", "1.2***")]
    [InlineData("1.2.3.4.5", "1.2***")]
    [InlineData("1.2.3.4:443", "1.2***")]
    [InlineData("[2001:db8::1]:443", "[20***")]
    [InlineData("2001:db8::1/64", "200***")]
    [InlineData("10:20:30", "10:***")]
    [InlineData("0001.2.3.4", "000***")]
    [InlineData("1..2.3", "1..***")]
    [InlineData("anna@example.com", "ann***")]
    [InlineData("anna", "ann***")]
    [InlineData("ann", "***")]
    [InlineData("a", "***")]
    [InlineData("éèàü", "éèà***")]
    [InlineData("a😀b😀", "a😀b***")]
    [InlineData("", "")]
    public void A_mask_leaves_the_network_or_the_first_characters(string value, string expected)
    {
        var settings = SettingsBench.Bind("""{"redact":[{"field":"Text","method":"mask","keep":3}]}""");

        Assert.Equal(expected, SettingsBench.Apply(Rule(settings, "Text")!, value));
    }

    [Fact]
    public void A_mask_keeps_no_character_unless_it_is_told_to()
    {
        Assert.Equal("***", SettingsBench.Apply(Rule(SettingsBench.Bind("""{"redact":[{"field":"Text","method":"mask"}]}"""), "Text")!, "anna"));
    }

    [Fact]
    public void Any_field_but_the_timestamp_can_be_dropped()
    {
        foreach (var field in SettingsBench.Dataset.Fields.Where(field => field.Name != "Time"))
            Assert.True(Rule(SettingsBench.Bind($$"""{"redact":[{"field":"{{field.Name}}","method":"drop"}]}"""), field.Name)!.Drops);
    }

    [Fact]
    public void Single_keys_of_a_map_have_rules_in_any_case_and_the_others_are_kept()
    {
        var settings = SettingsBench.Bind(
            """{"redact":[{"field":"Headers.authorization","method":"drop"},{"field":"headers.X-User","method":"hash"},{"field":"Headers.a.b","method":"mask"}]}""");

        Assert.False(Rule(settings, "Headers")!.Drops);
        Assert.True(RuleOfKey(settings, "Authorization")!.Drops);
        Assert.IsType<HashRule>(RuleOfKey(settings, "x-user"));
        Assert.IsType<MaskRule>(RuleOfKey(settings, "a.b"));
        Assert.Null(RuleOfKey(settings, "x-users"));
        Assert.Null(RuleOfKey(settings, "a"));
    }

    [Theory]
    [InlineData("""{"field":[]}""", "The settings object has no member 'field'. Did you mean fields?")]
    [InlineData("""{"fields":["Txt"]}""", "'fields' names Txt, which is no field of things. Did you mean Text?")]
    [InlineData("""{"fields":[1]}""", "'fields' of the settings has to be a list of texts")]
    [InlineData("""{"fields":"Text"}""", "'fields' of the settings has to be a list")]
    [InlineData("""{"index":"Text"}""", "'index' of the settings has to be a list")]
    [InlineData("""{"index":["Txt"]}""", "'index' names Txt, which is no field of things. Did you mean Text?")]
    [InlineData("""{"index":["Number"]}""", "Number cannot be indexed: only texts are")]
    [InlineData("""{"index":["Tags"]}""", "Tags cannot be indexed: only texts are")]
    [InlineData("""{"index":["Text","TEXT"]}""", "'index' names Text twice")]
    [InlineData("""{"redact":[{"method":"drop"}]}""", "Redaction 1 has no 'field'")]
    [InlineData("""{"redact":["Text"]}""", "Redaction 1 has to be a JSON object")]
    [InlineData("""{"redact":[{"field":"Text"}]}""", "The method '' of the redaction of Text is not known: use drop, hash or mask")]
    [InlineData("""{"redact":[{"field":"Text","method":"Drop"}]}""", "The method 'Drop'")]
    [InlineData("""{"redact":[{"field":"Txt","method":"drop"}]}""", "A redaction names Txt, which is no field of things. Did you mean Text?")]
    [InlineData("""{"redact":[{"field":"Nope.key","method":"drop"}]}""", "A redaction names Nope.key")]
    [InlineData("""{"redact":[{"field":"Headers.","method":"drop"}]}""", "A redaction names Headers.")]
    [InlineData("""{"redact":[{"field":"Time","method":"drop"}]}""", "Time cannot be redacted")]
    [InlineData("""{"redact":[{"field":"Number","method":"hash"}]}""", "Number is no text: it can only be dropped")]
    [InlineData("""{"redact":[{"field":"More","method":"mask"}]}""", "More is no text: it can only be dropped")]
    [InlineData("""{"redact":[{"field":"Headers","method":"hash"}]}""", "Headers is a map: redact single keys of it (Headers.key), or drop it")]
    [InlineData("""{"redact":[{"field":"Text.key","method":"drop"}]}""", "Text.key names a key of Text, which is no map")]
    [InlineData("""{"redact":[{"field":"_extra","method":"hash"}]}""", "_extra can only be dropped")]
    [InlineData("""{"redact":[{"field":"_extra.x","method":"mask"}]}""", "_extra.x can only be dropped")]
    [InlineData("""{"redact":[{"field":"Text","method":"drop"},{"field":"text","method":"hash"}]}""", "Text is redacted twice")]
    [InlineData("""{"redact":[{"field":"Headers","method":"drop"},{"field":"Headers.a","method":"drop"}]}""", "Headers.a is redacted twice")]
    [InlineData("""{"redact":[{"field":"Headers.a","method":"drop"},{"field":"Headers","method":"drop"}]}""", "Headers is redacted twice")]
    [InlineData("""{"redact":[{"field":"Headers.a","method":"drop"},{"field":"Headers.A","method":"drop"}]}""", "Headers.A is redacted twice")]
    [InlineData("""{"redact":[{"field":"Text","method":"drop","keep":2}]}""", "'keep' of the redaction of Text is for the method mask")]
    [InlineData("""{"redact":[{"field":"Text","method":"mask","keep":"2"}]}""", "'keep' of the redaction of Text has to be a number")]
    [InlineData("""{"redact":[{"field":"Text","method":"mask","keep":-1}]}""", "a mask keeps 0 to 64 characters")]
    [InlineData("""{"redact":[{"field":"Text","method":"mask","keep":65}]}""", "a mask keeps 0 to 64 characters")]
    public void Settings_that_do_not_fit_are_refused_with_the_field(string json, string message)
    {
        var fault = Assert.Throws<VarveException>(() => SettingsBench.Bind(json));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_redactions_the_kept_characters_and_the_bytes_have_limits()
    {
        var limits = new IngestSettingsLimits { RedactionsMax = 2 };
        static string Of(int count) => $$"""{"redact":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"field":"_extra.f{{i}}","method":"drop"}"""))}}]}""";

        Assert.True(SettingsBench.Bind(Of(2), limits).Redacts);
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => SettingsBench.Bind(Of(3), limits)).Kind);
        Assert.True(SettingsBench.Bind($$"""{"redact":[{"field":"Text","method":"mask","keep":{{limits.KeepCharsMax}}}]}""").Redacts);
        var text = Of(1);
        Assert.True(SettingsBench.Bind(text, new IngestSettingsLimits { SettingsBytesMax = text.Length }).Redacts);
        Assert.Equal(
            FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => SettingsBench.Bind(text, new IngestSettingsLimits { SettingsBytesMax = text.Length - 1 })).Kind);
    }

    [Fact]
    public void The_indexed_fields_are_those_that_are_named_else_those_of_the_dataset_and_have_a_limit()
    {
        var dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;
        var limits = new IngestSettingsLimits { IndexedFieldsMax = 1 };

        Assert.Equal(["Text"], SettingsBench.Bind("""{"index":["text"]}""", limits).IndexedFields(SettingsBench.Dataset));
        Assert.Empty(SettingsBench.Bind("""{"index":[]}""").IndexedFields(SettingsBench.Dataset));
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => SettingsBench.Bind("""{"index":["Text","Other"]}""", limits)).Kind);
        Assert.Contains("RayID", IngestSettings.Everything.IndexedFields(dataset));
    }

    [Fact]
    public void Settings_come_back_as_the_json_that_they_were()
    {
        const string Json = """{"fields":["Text"],"filter":{"where":{"key":"Text","operator":"eq","value":"é"}},"redact":[{"field":"Text","method":"mask","keep":2},{"field":"Tags","method":"hash"}],"index":["Other"]}""";

        var written = IngestSettingsDefinition.Parse(Encoding.UTF8.GetBytes(Json)).ToJson();

        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Json).RootElement, written), written.GetRawText());
        Assert.Equal("""{"fields":null,"filter":null,"redact":[]}""", new IngestSettingsDefinition().ToJson().GetRawText());
    }

    [Fact]
    public void A_trial_says_which_records_pass()
    {
        var dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;
        static byte[] Trial(string records) =>
            Encoding.UTF8.GetBytes($$$"""{"filter":{"where":{"key":"EdgeResponseStatus","operator":"geq","value":400}},"records":{{{records}}}}""");

        Assert.Equal([true, false, false], FilterTrial.Run(Trial("""[{"EdgeResponseStatus":403},{"EdgeResponseStatus":"200"},{}]"""), dataset, DateTimeOffset.UnixEpoch));
        Assert.Equal([true], FilterTrial.Run("""{"records":[{}]}"""u8.ToArray(), dataset, DateTimeOffset.UnixEpoch));
        Assert.Contains("Record 2", Assert.Throws<VarveException>(() => FilterTrial.Run(Trial("[{},1]"), dataset, DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
        var limits = new IngestSettingsLimits { TestRecordsMax = 2 };
        Assert.Equal(2, FilterTrial.Run(Trial("[{},{}]"), dataset, DateTimeOffset.UnixEpoch, limits).Count);
        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => FilterTrial.Run(Trial("[{},{},{}]"), dataset, DateTimeOffset.UnixEpoch, limits)).Kind);
        var size = Trial("[{}]").Length;
        Assert.Single(FilterTrial.Run(Trial("[{}]"), dataset, DateTimeOffset.UnixEpoch, new IngestSettingsLimits { TestBytesMax = size }));
        Assert.Equal(
            FaultKind.LimitExceeded,
            Assert.Throws<VarveException>(() => FilterTrial.Run(Trial("[{}]"), dataset, DateTimeOffset.UnixEpoch, new IngestSettingsLimits { TestBytesMax = size - 1 })).Kind);
    }
}
