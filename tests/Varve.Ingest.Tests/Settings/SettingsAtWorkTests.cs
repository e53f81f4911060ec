using System.Text;
using System.Text.Json;
using Varve.Delta;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Tests.Settings;

/// <summary>Settings of a table, seen in what is stored.</summary>
public sealed class SettingsAtWorkTests : IDisposable
{
    const string Secret = "secret-4711";

    readonly IngestHarness _harness = new();
    readonly IngestSettingsSource _settings;
    readonly IngestPipeline _pipeline;

    public SettingsAtWorkTests()
    {
        _settings = new IngestSettingsSource(_harness.Store, _harness.Clock, newKey: () => new byte[32]);
        _pipeline = new IngestPipeline(
            _harness.Store, Datasets.DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions { Clock = _harness.Clock }, settings: _settings);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Only_the_fields_that_are_named_are_stored_and_none_of_the_others_comes_back_in_extra()
    {
        await SetAsync("""{"fields":["rayid","OriginIP"]}""");

        await IngestAsync($$"""{"RayID":"a","ClientIP":"{{Secret}}","Unknown":"{{Secret}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");

        var row = Assert.Single(await _harness.QueryAsync("SELECT * FROM http_requests"));
        Assert.Equal(("a", "2026-11-22T10:00:00Z"), (row.GetProperty("RayID").GetString(), row.GetProperty("EdgeStartTimestamp").GetString()));
        Assert.DoesNotContain(Secret, row.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("_extra").ValueKind);
    }

    [Fact]
    public async Task A_filter_sees_fields_that_are_not_kept_and_values_before_they_are_redacted()
    {
        await SetAsync("""
            {"fields":["RayID"],"redact":[{"field":"RayID","method":"mask","keep":1}],
             "filter":{"where":{"and":[{"key":"EdgeResponseStatus","operator":"geq","value":400},{"key":"RayID","operator":"endsWith","value":"-x"}]}}}
            """);

        var outcome = await IngestAsync(
            """{"RayID":"a-x","EdgeResponseStatus":403}""", """{"RayID":"b-x","EdgeResponseStatus":200}""", """{"RayID":"c-y","EdgeResponseStatus":500}""", """{"RayID":"d-x"}""");

        Assert.Equal((1, 3, 0), (outcome.Accepted, outcome.Filtered, outcome.Rejected));
        Assert.Equal(["a***"], (await _harness.QueryAsync("SELECT RayID FROM http_requests")).Select(row => row.GetProperty("RayID").GetString()));
    }

    [Fact]
    public async Task What_is_redacted_is_in_no_file_of_the_store()
    {
        await SetAsync("""
            {"redact":[{"field":"ClientIP","method":"mask"},{"field":"ClientRequestURI","method":"hash"},{"field":"ClientRequestUserAgent","method":"drop"},
             {"field":"EdgeResponseStatus","method":"drop"},{"field":"RequestHeaders.authorization","method":"drop"},{"field":"_extra.Session","method":"drop"}]}
            """);

        await IngestAsync(
            $$"""{"RayID":"a","ClientIP":"203.0.113.86","ClientRequestURI":"{{Secret}}","ClientRequestUserAgent":"{{Secret}}","EdgeResponseStatus":"{{Secret}}","RequestHeaders":{"Authorization":"{{Secret}}","accept":"x"},"Session":"{{Secret}}","Other":1}""",
            $$"""{"RayID":"{{Secret}}",""");

        var row = Assert.Single(await _harness.QueryAsync("SELECT * FROM http_requests"));
        Assert.Equal("203.0.113.0", row.GetProperty("ClientIP").GetString());
        Assert.Equal(64, row.GetProperty("ClientRequestURI").GetString()!.Length);
        Assert.Equal("x", row.GetProperty("RequestHeaders").GetProperty("accept").GetString());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (row.GetProperty("ClientRequestUserAgent").ValueKind, row.GetProperty("EdgeResponseStatus").ValueKind));
        Assert.DoesNotContain("Session", row.GetProperty("_extra").ToString(), StringComparison.Ordinal);
        var reject = Assert.Single(await _harness.QueryAsync("SELECT * FROM _rejects"));
        Assert.Equal(JsonValueKind.Null, reject.GetProperty("Line").ValueKind);
        Assert.DoesNotContain(Secret, row.GetRawText() + reject.GetRawText(), StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(_harness.Folder, "*.json", SearchOption.AllDirectories))
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_ends_by_the_settings_that_it_began_with_also_in_a_file_that_it_shares()
    {
        await SetAsync("""{"redact":[{"field":"ClientIP","method":"drop"}]}""");
        var gate = new TaskCompletionSource();
        var early = new GatedStream(Body("early"), gate.Task);
        var sendingEarly = Task.Run(() => _pipeline.IngestAsync(IngestHarness.Target(), early, Token), Token);
        await early.Reached;

        await SetAsync("""{"redact":[{"field":"ClientIP","method":"mask"}]}""");
        var late = new GatedStream(Body("late"), gate.Task);
        var sendingLate = Task.Run(() => _pipeline.IngestAsync(IngestHarness.Target(), late, Token), Token);
        await late.Reached;
        gate.SetResult();
        var outcomes = await Task.WhenAll(sendingEarly, sendingLate);

        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Accepted));
        var rows = (await _harness.QueryAsync("SELECT RayID, ClientIP FROM http_requests ORDER BY RayID")).Select(row => (row.GetProperty("RayID").GetString(), row.GetProperty("ClientIP").GetString()));
        Assert.Equal([("early", null), ("late", "203.0.113.0")], rows);

        static byte[] Body(string ray) => Encoding.UTF8.GetBytes($$"""{"RayID":"{{ray}}","ClientIP":"203.0.113.86"}""");
    }

    async Task SetAsync(string settings)
    {
        var dataset = IngestHarness.Target().Dataset;
        var table = IngestSettingsSource.NameOf("acme", "shop", dataset);
        await _settings.SetAsync(table, dataset, IngestSettingsDefinition.Parse(Encoding.UTF8.GetBytes(settings)), null, Token);
    }

    Task<IngestOutcome> IngestAsync(params string[] lines) =>
        _pipeline.IngestAsync(IngestHarness.Target(), new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), Token);
}
