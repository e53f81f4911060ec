using Microsoft.Extensions.Time.Testing;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Datasets.Tests;

public sealed class DatasetRegistryTests
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    readonly MemoryObjectStore _store = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static DatasetField Time => new() { Name = "Time", Type = FieldType.Timestamp };

    static DatasetDefinition Things(params DatasetField[] more) => new("things", "Time", [Time, .. more]) { IdField = "Time" };

    static DatasetField Field(string name, FieldType type = FieldType.String) => new() { Name = name, Type = type };

    DatasetRegistry Registry(IObjectStore? store = null, DatasetLimits? limits = null) => new(store ?? _store, _clock, limits);

    [Fact]
    public async Task What_an_account_declares_is_a_dataset_of_that_account_alone()
    {
        var registry = Registry();

        var declared = await registry.DeclareAsync("acme", Things(Field("Name")), expected: null, Cancellation);

        Assert.Equal((1, true), (declared.Version, declared.IsNew));
        var dataset = await registry.GetAsync("acme", "THINGS", Cancellation);
        Assert.Equal(("things", 2, true), (dataset.Name, dataset.Fields.Count, dataset.IsCustom));
        Assert.Equal(DatasetCatalog.BuiltIn.Datasets.Count + 1, (await registry.CatalogAsync("acme", Cancellation)).Datasets.Count);
        Assert.Null(await registry.FindAsync("other", "things", Cancellation));
        Assert.Null(DatasetCatalog.BuiltIn.Find("things"));
    }

    [Fact]
    public async Task What_another_process_declares_is_found_by_name_at_once_and_listed_within_seconds()
    {
        var (here, there) = (Registry(), Registry());
        await here.CatalogAsync("acme", Cancellation);

        await there.DeclareAsync("acme", Things(), expected: null, Cancellation);

        Assert.Null((await here.CatalogAsync("acme", Cancellation)).Find("things"));
        Assert.NotNull(await here.FindAsync("acme", "things", Cancellation));
        await there.DeclareAsync("acme", Things(Field("more")), expected: null, Cancellation);
        _clock.Advance(DatasetRegistry.AgeMax + TimeSpan.FromTicks(1));
        Assert.NotNull((await here.CatalogAsync("acme", Cancellation)).Find("things")!.Find("more"));
    }

    [Fact]
    public async Task A_dataset_that_did_not_change_stays_the_same_object()
    {
        var registry = Registry();
        await registry.DeclareAsync("acme", Things(), expected: null, Cancellation);
        var before = await registry.GetAsync("acme", "things", Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(1));

        await registry.DeclareAsync("acme", new DatasetDefinition("others", "Time", [Time]), expected: null, Cancellation);

        Assert.Same(before, await registry.GetAsync("acme", "things", Cancellation));
    }

    [Fact]
    public async Task A_built_in_dataset_is_found_when_the_store_does_not_answer()
    {
        var registry = Registry(new FaultyObjectStore(_store, _ => StoreFault.FailBefore));

        Assert.Same(DatasetCatalog.BuiltIn.Find("http_requests"), await registry.FindAsync("acme", "http_requests", Cancellation));
        await Assert.ThrowsAsync<VarveException>(() => registry.FindAsync("acme", "things", Cancellation).AsTask());
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("_settings")]
    [InlineData("")]
    public async Task An_account_of_no_allowed_name_has_the_built_in_datasets_and_can_declare_none(string account)
    {
        var registry = Registry();

        Assert.Same(DatasetCatalog.BuiltIn, await registry.CatalogAsync(account, Cancellation));
        Assert.Null(await registry.FindAsync(account, "things", Cancellation));
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => registry.DeclareAsync(account, Things(), null, Cancellation))).Kind);
    }

    [Fact]
    public async Task An_unknown_name_is_a_fault_with_a_suggestion()
    {
        var registry = Registry();
        await registry.DeclareAsync("acme", Things(), expected: null, Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => registry.GetAsync("acme", "thinks", Cancellation).AsTask());

        Assert.Equal((FaultKind.NotFound, "unknown_dataset", "things"), (fault.Kind, fault.Detail?.Code, fault.Detail?.Suggestion));
    }

    [Fact]
    public async Task Fields_can_be_added_and_words_be_changed()
    {
        var registry = Registry();
        await registry.DeclareAsync("acme", Things(Field("a")), expected: null, Cancellation);
        var changed = Things(Field("b", FieldType.Int), Field("a") with { Group = "G", Description = "D", Statistics = true, Unit = "u" }) with { Title = "T", Description = "D", IdField = "a" };

        var declared = await registry.DeclareAsync("acme", changed, expected: 1, Cancellation);

        Assert.Equal((2, false), (declared.Version, declared.IsNew));
        Assert.Equal(["Time", "b", "a"], (await registry.GetAsync("acme", "things", Cancellation)).Fields.Select(field => field.Name));
        Assert.Equal(2, (await registry.DeclareAsync("acme", changed, expected: null, Cancellation)).Version);
    }

    public static TheoryData<DatasetDefinition, string> Refused() => new()
    {
        { Things(Field("a", FieldType.Int), Field("t", FieldType.Timestamp)), "the type of a cannot be changed from string to int" },
        { Things(Field("t", FieldType.Timestamp)), "the field a cannot be taken away" },
        { Things(Field("A"), Field("t", FieldType.Timestamp)), "the field a cannot be written A" },
        { Things(Field("a"), Field("t", FieldType.Timestamp)) with { Scope = DatasetScope.Account }, "the scope cannot be changed from zone to account" },
        { Things(Field("a"), Field("t", FieldType.Timestamp)) with { TimestampField = "t" }, "the timestamp field cannot be changed from Time" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_change_that_stored_records_do_not_allow_is_a_conflict(DatasetDefinition after, string message)
    {
        var registry = Registry();
        await registry.DeclareAsync("acme", Things(Field("a"), Field("t", FieldType.Timestamp)), expected: null, Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => registry.DeclareAsync("acme", after, expected: null, Cancellation));

        Assert.Equal(FaultKind.Conflict, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_removed_is_unknown_and_can_be_declared_anew_otherwise()
    {
        var registry = Registry();
        await registry.DeclareAsync("acme", Things(Field("a")), expected: null, Cancellation);

        await registry.RemoveAsync("acme", "things", expected: 1, Cancellation);

        Assert.Null(await registry.FindAsync("acme", "things", Cancellation));
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => registry.RemoveAsync("acme", "things", null, Cancellation))).Kind);
        Assert.Equal(FaultKind.Conflict, (await Assert.ThrowsAsync<VarveException>(() => registry.RemoveAsync("acme", "http_requests", null, Cancellation))).Kind);
        var again = await registry.DeclareAsync("acme", Things(Field("a", FieldType.Int)), expected: null, Cancellation);
        Assert.Equal((3, true), (again.Version, again.IsNew));
    }

    [Fact]
    public async Task Two_who_add_a_field_at_once_both_have_it()
    {
        await Registry().DeclareAsync("acme", Things(), expected: null, Cancellation);

        // Each sends the whole definition as it knew it: the second takes a field away, and is told so instead.
        var outcomes = await Task.WhenAll(new[] { "a", "b" }.Select(async field =>
        {
            try
            {
                await Registry().DeclareAsync("acme", Things(Field(field)), expected: null, Cancellation);
                return "declared";
            }
            catch (VarveException fault)
            {
                return $"{fault.Kind}";
            }
        }));

        Assert.Equal(["Conflict", "declared"], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(2, (await Registry().GetAsync("acme", "things", Cancellation)).Fields.Count);
    }

    [Fact]
    public async Task An_account_has_so_many_datasets_at_most()
    {
        var registry = Registry(limits: new DatasetLimits { DatasetsMax = 2 });
        await registry.DeclareAsync("acme", Things(), expected: null, Cancellation);
        await registry.DeclareAsync("acme", Things() with { Name = "second" }, expected: null, Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => registry.DeclareAsync("acme", Things() with { Name = "third" }, null, Cancellation));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.Equal(2, (await registry.DeclareAsync("acme", Things(Field("a")), null, Cancellation)).Version);
        await registry.RemoveAsync("acme", "second", expected: null, Cancellation);
        Assert.True((await registry.DeclareAsync("acme", Things() with { Name = "third" }, null, Cancellation)).IsNew);
    }

    [Fact]
    public async Task A_declaration_that_cannot_be_read_is_named()
    {
        await _store.PutAsync(
            "accounts/acme/_settings/datasets/x/00000000000000000001.json",
            """{"version":1,"writeId":"019aab7e-0000-7000-8000-000000000000","writtenAt":"2026-11-22T12:00:00Z","document":{"name":"x"}}"""u8.ToArray(),
            Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => Registry().CatalogAsync("acme", Cancellation).AsTask());

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("accounts/acme/_settings/datasets/x", fault.Message, StringComparison.Ordinal);
    }
}
