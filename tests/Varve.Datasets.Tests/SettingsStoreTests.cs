using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets.Settings;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Datasets.Tests;

public sealed class SettingsStoreTests
{
    static readonly SettingsName Name = new("acme", "things/one");

    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    readonly MemoryObjectStore _memory = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    SettingsStore Store(IObjectStore? store = null) => new(store ?? _memory, _clock);

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    [Fact]
    public async Task A_document_that_was_never_written_is_at_version_0()
    {
        Assert.Equal(SettingsVersion.None, await Store().NewestAsync(Name, Cancellation));
    }

    [Fact]
    public async Task Every_change_is_a_version_of_its_own_and_what_was_before_stays()
    {
        await Store().UpdateAsync(Name, expected: null, _ => Json("""{"a":1}"""), Cancellation);
        await Store().UpdateAsync(Name, expected: 1, newest => Json($$"""{"a":2,"was":{{newest.Document!.Value.GetProperty("a")}}}"""), Cancellation);

        var newest = await Store().NewestAsync(Name, Cancellation);

        Assert.Equal((2, """{"a":2,"was":1}""", _clock.GetUtcNow()), (newest.Version, newest.Document!.Value.GetRawText(), newest.WrittenAt));
        Assert.Equal("""{"a":1}""", (await Store().ReadAsync(Name, 1, Cancellation)).Document!.Value.GetRawText());
        var paths = new List<string>();
        await foreach (var found in _memory.ListAsync("", null, Cancellation))
            paths.Add(found.Path);
        Assert.Equal(["accounts/acme/_settings/things/one/00000000000000000001.json", "accounts/acme/_settings/things/one/00000000000000000002.json"], paths);
    }

    [Fact]
    public async Task What_is_newer_is_found_without_a_listing()
    {
        var counted = new FaultyObjectStore(_memory, _ => StoreFault.None);
        Assert.Null(await Store(counted).NewerAsync(Name, 0, Cancellation));
        for (var i = 1; i <= 3; i++)
            await Store().UpdateAsync(Name, expected: null, _ => Json($"{i}"), Cancellation);

        var newer = await Store(counted).NewerAsync(Name, 1, Cancellation);

        Assert.Equal((3, "3"), (newer!.Version, newer.Document!.Value.GetRawText()));
        Assert.Null(await Store(counted).NewerAsync(Name, 3, Cancellation));
        Assert.DoesNotContain(counted.Calls, call => call.Operation == StoreOperation.List);
    }

    [Fact]
    public async Task A_document_that_is_taken_away_keeps_its_versions_and_can_come_back()
    {
        await Store().UpdateAsync(Name, expected: null, _ => Json("{}"), Cancellation);

        var gone = await Store().UpdateAsync(Name, expected: null, _ => null, Cancellation);
        var again = await Store().UpdateAsync(Name, expected: null, _ => Json("{}"), Cancellation);

        Assert.Equal((2, true, 3, false), (gone.Version, gone.Document is null, again.Version, again.Document is null));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_writes_nothing()
    {
        await Store().UpdateAsync(Name, expected: null, _ => null, Cancellation);
        Assert.Equal(0, (await Store().NewestAsync(Name, Cancellation)).Version);
        await Store().UpdateAsync(Name, expected: null, _ => Json("""{"a":[1]}"""), Cancellation);

        var same = await Store().UpdateAsync(Name, expected: null, _ => Json("""{ "a" : [1] }"""), Cancellation);

        Assert.Equal(1, same.Version);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_change_of_a_version_that_is_not_the_newest_is_a_conflict(long expected)
    {
        await Store().UpdateAsync(Name, expected: 0, _ => Json("{}"), Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => Store().UpdateAsync(Name, expected, _ => Json("""{"a":1}"""), Cancellation));

        Assert.Equal((FaultKind.Conflict, "precondition_failed"), (fault.Kind, fault.Detail?.Code));
        Assert.Equal(1, (await Store().NewestAsync(Name, Cancellation)).Version);
    }

    [Fact]
    public async Task Writers_at_once_lose_no_change()
    {
        const int Writers = 8;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Store().UpdateAsync(
            Name, expected: null, newest => Json($"[{string.Join(',', Items(newest).Append($"{writer}"))}]"), Cancellation))));

        var newest = await Store().NewestAsync(Name, Cancellation);

        Assert.Equal(Writers, newest.Version);
        Assert.Equal(Enumerable.Range(0, Writers), Items(newest).Select(int.Parse).Order());
    }

    [Theory]
    [InlineData(StoreFault.FailAfter)]
    [InlineData(StoreFault.FailBefore)]
    [InlineData(StoreFault.LoseAnswer)]
    [InlineData(StoreFault.LoseRequest)]
    [InlineData(StoreFault.LandLate)]
    public async Task A_put_whose_answer_was_lost_is_settled_by_reading_it_back(StoreFault fault)
    {
        var puts = 0;
        var faulty = new FaultyObjectStore(_memory, call => call.Operation == StoreOperation.PutIfAbsent && ++puts == 1 ? fault : StoreFault.None);

        var written = await Store(faulty).UpdateAsync(Name, expected: null, _ => Json("""{"a":1}"""), Cancellation);

        Assert.Equal((1, """{"a":1}"""), (written.Version, written.Document!.Value.GetRawText()));
    }

    [Fact]
    public async Task A_lost_answer_never_takes_another_writers_document_for_ones_own()
    {
        var faulty = new FaultyObjectStore(_memory, call => call.Operation == StoreOperation.PutIfAbsent ? StoreFault.LoseAnswer : StoreFault.None);
        await Store().TryWriteAsync(Name, 1, Json("""{"a":1}"""), Cancellation);

        Assert.False(await Store(faulty).TryWriteAsync(Name, 1, Json("""{"a":1}"""), Cancellation));
    }

    [Fact]
    public async Task A_store_that_never_says_is_unavailable()
    {
        var faulty = new FaultyObjectStore(_memory, call => call.Operation == StoreOperation.PutIfAbsent ? StoreFault.LoseRequest : StoreFault.None);

        var fault = await Assert.ThrowsAsync<VarveException>(() => Store(faulty).TryWriteAsync(Name, 1, Json("{}"), Cancellation));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    [Fact]
    public async Task Documents_are_listed_with_their_newest_version_and_strangers_are_passed_over()
    {
        foreach (var path in new[] { "things/one", "things/one", "things/two", "things/a/b", "others/x" })
            await Store().UpdateAsync(new SettingsName("acme", path), expected: null, newest => Json($"{newest.Version}"), Cancellation);
        foreach (var path in new[] { "things/one/readme.json", "things/one/00000000000000000007.tmp", "things/00000000000000000009.json", "things/two/0000000000000000000x.json" })
            await _memory.PutAsync($"accounts/acme/_settings/{path}", "{}"u8.ToArray(), Cancellation);

        var found = new List<(string, long)>();
        await foreach (var (name, version) in Store().ListAsync("acme", "things", Cancellation))
            found.Add((name.Path, version));

        Assert.Equal([("things/a/b", 1), ("things/one", 2), ("things/two", 1)], found);
        Assert.Equal(2, (await Store().NewestAsync(Name, Cancellation)).Version);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_document_has_a_size_at_most(int more, bool fits)
    {
        var frame = await Store().UpdateAsync(Name, expected: null, _ => Json("\"\""), Cancellation);
        var path = $"{Name.Folder}/{1:D20}.json";
        var overhead = (await _memory.ReadAsync(path, Cancellation))!.Length;
        var document = Json($"\"{new string('a', SettingsStore.DocumentBytesMax - overhead + more)}\"");

        var writing = Store().TryWriteAsync(Name, frame.Version + 1, document, Cancellation);

        if (fits)
            Assert.True(await writing);
        else
            Assert.Equal(FaultKind.LimitExceeded, (await Assert.ThrowsAsync<VarveException>(() => writing)).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"document":{},"writeId":"x","writtenAt":"2026-11-22T12:00:00Z"}""")]
    public async Task A_damaged_document_is_named(string content)
    {
        await _memory.PutAsync($"{Name.Folder}/{3:D20}.json", System.Text.Encoding.UTF8.GetBytes(content), Cancellation);

        var fault = await Assert.ThrowsAsync<VarveException>(() => Store().NewestAsync(Name, Cancellation));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("00000000000000000003.json", fault.Message, StringComparison.Ordinal);
    }

    static IEnumerable<string> Items(SettingsVersion version) =>
        version.Document is { } document ? document.EnumerateArray().Select(item => item.GetRawText()) : [];
}
