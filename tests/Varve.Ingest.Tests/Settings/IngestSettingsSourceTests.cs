using System.Text;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Settings;

public sealed class IngestSettingsSourceTests
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    readonly MemoryObjectStore _store = new();
    int _keys;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Dataset Requests => DatasetCatalog.BuiltIn.Find("http_requests")!;

    static TableName Table(string zone = "shop", Dataset? dataset = null) => IngestSettingsSource.NameOf("acme", zone, dataset ?? Requests);

    static IngestTarget Target(string zone = "shop", Dataset? dataset = null) => new("acme", zone, dataset ?? Requests, "test");

    static IngestSettingsDefinition Settings(string json) => IngestSettingsDefinition.Parse(Encoding.UTF8.GetBytes(json));

    IngestSettingsSource Source(IObjectStore? store = null) =>
        new(store ?? _store, _clock, limits: null, () => [.. Enumerable.Repeat((byte)Interlocked.Increment(ref _keys), 32)]);

    [Fact]
    public async Task Without_settings_everything_is_kept()
    {
        var source = Source();

        Assert.Same(IngestSettings.Everything, await source.ForAsync(Target(), Cancellation));
        Assert.Equal(0, (await source.GetAsync(Table(), Cancellation)).Version);
    }

    [Fact]
    public async Task What_is_set_counts_for_the_next_batch_of_that_table_alone()
    {
        var source = Source();
        await source.ForAsync(Target(), Cancellation);

        var stored = await source.SetAsync(Table(), Requests, Settings("""{"fields":["RayID"]}"""), expected: 0, Cancellation);

        Assert.Equal((1, "RayID"), (stored.Version, Assert.Single(stored.Definition.Fields!)));
        Assert.True((await source.ForAsync(Target(), Cancellation)).RuleOf(Requests.Find("ClientIP")!)!.Drops);
        Assert.Same(await source.ForAsync(Target(), Cancellation), await source.ForAsync(Target(), Cancellation));
        Assert.True((await source.ForAsync(Target("other"), Cancellation)).KeepsEverything);
    }

    [Fact]
    public async Task A_batch_keeps_the_settings_that_it_began_with()
    {
        var source = Source();
        await source.SetAsync(Table(), Requests, Settings("""{"fields":["RayID"]}"""), expected: null, Cancellation);
        var atStart = await source.ForAsync(Target(), Cancellation);

        await source.SetAsync(Table(), Requests, Settings("{}"), expected: null, Cancellation);

        Assert.NotNull(atStart.RuleOf(Requests.Find("ClientIP")!));
        Assert.Null((await source.ForAsync(Target(), Cancellation)).RuleOf(Requests.Find("ClientIP")!));
    }

    [Fact]
    public async Task What_another_process_set_counts_after_some_seconds()
    {
        var (here, there) = (Source(), Source());
        await here.ForAsync(Target(), Cancellation);
        await there.SetAsync(Table(), Requests, Settings("""{"fields":[]}"""), expected: null, Cancellation);

        Assert.True((await here.ForAsync(Target(), Cancellation)).KeepsEverything);
        _clock.Advance(IngestSettingsSource.AgeMax + TimeSpan.FromTicks(1));
        Assert.False((await here.ForAsync(Target(), Cancellation)).KeepsEverything);
    }

    [Fact]
    public async Task The_zone_counts_for_datasets_of_zone_scope_only()
    {
        var audit = DatasetCatalog.BuiltIn.Datasets.First(dataset => dataset.Scope == DatasetScope.Account);
        var source = Source();

        await source.SetAsync(Table("-", audit), audit, Settings("""{"fields":[]}"""), expected: null, Cancellation);

        Assert.False((await source.ForAsync(Target("any", audit), Cancellation)).KeepsEverything);
        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => Table("-")).Kind);
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => source.ForAsync(Target("../x"), Cancellation).AsTask())).Kind);
    }

    [Fact]
    public async Task Settings_that_do_not_fit_or_were_changed_meanwhile_are_not_set()
    {
        var source = Source();
        await source.SetAsync(Table(), Requests, Settings("""{"fields":[]}"""), expected: null, Cancellation);

        var unfit = await Assert.ThrowsAsync<VarveException>(() => source.SetAsync(Table(), Requests, Settings("""{"fields":["Nope"]}"""), null, Cancellation));
        var late = await Assert.ThrowsAsync<VarveException>(() => source.SetAsync(Table(), Requests, Settings("{}"), expected: 0, Cancellation));

        Assert.Equal((FaultKind.Invalid, FaultKind.Conflict), (unfit.Kind, late.Kind));
        Assert.Equal(1, (await source.GetAsync(Table(), Cancellation)).Version);
    }

    [Fact]
    public async Task The_key_is_made_once_for_an_account_whoever_asks_first()
    {
        const string Hashed = """{"redact":[{"field":"ClientIP","method":"hash"}]}""";
        var sources = Enumerable.Range(0, 6).Select(_ => Source()).ToList();

        await Task.WhenAll(sources.Select((source, index) => Task.Run(() => source.SetAsync(Table($"zone{index}"), Requests, Settings(Hashed), null, Cancellation))));

        var hashes = new HashSet<string?>();
        for (var zone = 0; zone < sources.Count; zone++)
        {
            // Read by a process that has not seen the key yet.
            var settings = await Source().ForAsync(Target($"zone{zone}"), Cancellation);
            hashes.Add(SettingsBench.Apply(settings.RuleOf(Requests.Find("ClientIP")!)!, "192.0.2.1"));
        }

        Assert.Single(hashes);
        await Source().SetAsync(new TableName("other", "z", Requests.Name), Requests, Settings(Hashed), null, Cancellation);
        var others = await Source().ForAsync(new IngestTarget("other", "z", Requests, ""), Cancellation);
        Assert.DoesNotContain(SettingsBench.Apply(others.RuleOf(Requests.Find("ClientIP")!)!, "192.0.2.1"), hashes);
    }

    [Fact]
    public async Task When_the_store_does_not_answer_nothing_is_guessed()
    {
        var isDown = false;
        var source = Source(new FaultyObjectStore(_store, _ => isDown ? StoreFault.FailBefore : StoreFault.None));
        await source.SetAsync(Table(), Requests, Settings("""{"fields":[]}"""), expected: null, Cancellation);
        isDown = true;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(FaultKind.Unavailable, (await Assert.ThrowsAsync<VarveException>(() => source.ForAsync(Target(), Cancellation).AsTask())).Kind);
        isDown = false;
        Assert.False((await source.ForAsync(Target(), Cancellation)).KeepsEverything);
    }

    [Fact]
    public async Task Settings_that_no_longer_fit_the_dataset_stop_the_batch()
    {
        DatasetField time = new() { Name = "t", Type = FieldType.Timestamp };
        var before = new DatasetDefinition("things", "t", [time, new DatasetField { Name = "who", Type = FieldType.String }]).Build();
        var after = new DatasetDefinition("things", "t", [time, new DatasetField { Name = "who", Type = FieldType.Int }]).Build();
        var source = Source();
        await source.SetAsync(Table("shop", before), before, Settings("""{"redact":[{"field":"who","method":"hash"}]}"""), expected: null, Cancellation);

        Assert.True((await source.ForAsync(Target("shop", before), Cancellation)).Redacts);
        var fault = await Assert.ThrowsAsync<VarveException>(() => source.ForAsync(Target("shop", after), Cancellation).AsTask());

        Assert.Contains("who is no text", fault.Message, StringComparison.Ordinal);
    }
}
