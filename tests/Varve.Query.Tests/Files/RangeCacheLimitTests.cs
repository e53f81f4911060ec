using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Varve.Query.Files;
using Varve.Storage;

namespace Varve.Query.Tests.Files;

public sealed class RangeCacheLimitTests : IDisposable
{
    readonly CacheHarness _harness = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task A_query_may_need_as_many_bytes_as_the_cache_may_hold_and_no_more()
    {
        var needed = await NeededAsync("x", "a", "b");
        using (var enough = _harness.New(CacheHarness.Strict with { BytesMax = needed }, _harness.Folder + "-enough"))
            await _harness.TouchAsync(enough, "x", "a", "b");
        using var cache = _harness.New(CacheHarness.Strict with { BytesMax = needed - 1 }, _harness.Folder + "-less");

        var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.OpenAsync(cache, "x", "a", "b"));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.StartsWith($"The query needs {needed} bytes of the cache, which may hold {needed - 1}.", fault.Message, StringComparison.Ordinal);
        await _harness.TouchAsync(cache, "x", "a");
        _harness.Check(cache, "x", "a");
    }

    [Fact]
    public async Task The_file_that_nobody_needed_for_longest_goes_first()
    {
        var needed = await NeededAsync("x", "a");
        await _harness.AddAsync("y", seed: 2);
        await _harness.AddAsync("z", seed: 3);
        using var cache = _harness.New(CacheHarness.Strict with { BytesMax = (needed * 2) + (needed / 2) });
        await _harness.TouchAsync(cache, "x", "a");
        await _harness.TouchAsync(cache, "y", "a");
        await _harness.TouchAsync(cache, "x", "a");
        // A file whose map is being written cannot go: another would in its place.
        await cache.Settled;

        await _harness.TouchAsync(cache, "z", "a");

        Assert.True(File.Exists(_harness.LocalPath(cache, "x")));
        Assert.False(File.Exists(_harness.LocalPath(cache, "y")));
        Assert.False(File.Exists(_harness.LocalPath(cache, "y") + CacheMap.Suffix));
        Assert.InRange(cache.UsedBytes, needed, needed * 5 / 2);
        _harness.Check(cache, "x", "a");
        _harness.Check(cache, "z", "a");
    }

    [Fact]
    public async Task A_file_that_a_query_reads_never_goes()
    {
        var needed = await NeededAsync("x", "a");
        await _harness.AddAsync("y", seed: 2);
        using var cache = _harness.New(CacheHarness.Strict with { BytesMax = needed * 3 / 2 });
        using (await _harness.OpenAsync(cache, "x", "a"))
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.OpenAsync(cache, "y", "a"));

            Assert.Equal(FaultKind.Busy, fault.Kind);
            Assert.Contains($"needs {needed} bytes of the cache", fault.Message, StringComparison.Ordinal);
            _harness.Check(cache, "x", "a");
        }

        await _harness.TouchAsync(cache, "y", "a");
        _harness.Check(cache, "y", "a");
    }

    [Fact]
    public async Task What_a_querys_own_file_holds_beside_what_it_needs_makes_room_too()
    {
        var needed = Math.Max(await NeededAsync("x", "a", "b"), await NeededAsync("x", "c", "d"));
        using var cache = _harness.New(CacheHarness.Strict with { BytesMax = needed });
        await _harness.TouchAsync(cache, "x", "a", "b");

        using var lease = await _harness.OpenAsync(cache, "x", "c", "d");

        _harness.Check(cache, "x", "c", "d");
        Assert.InRange(cache.UsedBytes, needed - 100, needed);
    }

    [Fact]
    public async Task Hits_misses_and_files_that_had_to_go_are_counted()
    {
        var needed = await NeededAsync("x", "a");
        await _harness.AddAsync("y", seed: 2);
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Meter.Name == "Varve.Query")
                each.EnableMeasurementEvents(instrument);
        };
        // Other tests count at the same time: what is seen is at least what is done here.
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.AddOrUpdate($"{instrument.Name} {(tags.Length == 0 ? "" : tags[0].Value)}".Trim(), value, (_, sum) => sum + value));
        listener.Start();
        using var cache = _harness.New(CacheHarness.Strict with { BytesMax = needed * 3 / 2 });

        await _harness.TouchAsync(cache, "x", "a");
        await _harness.TouchAsync(cache, "x", "a");
        await _harness.TouchAsync(cache, "y", "a");

        string[] names = ["varve.query.cache.parts hit", "varve.query.cache.parts miss", "varve.query.cache.evictions", "varve.query.cache.requests", "varve.query.cache.fetched"];
        Assert.All(names, name => Assert.True(counted.GetValueOrDefault(name) > 0, name));
        Assert.Contains("varve.query.cache.size", counted.Keys);
    }

    [Fact]
    public async Task A_chunk_of_more_bytes_than_a_request_comes_in_several()
    {
        var sample = await _harness.AddAsync("x");
        var chunk = (int)sample.Chunks.Where(chunk => chunk.Column == "a").Max(chunk => chunk.Length);

        Assert.Equal(SampleFile.Groups, await ReadsAsync(CacheHarness.Strict with { RequestBytesMax = chunk }));
        Assert.True(await ReadsAsync(CacheHarness.Strict with { RequestBytesMax = chunk - 1 }) > SampleFile.Groups);
    }

    [Fact]
    public async Task Chunks_share_a_request_up_to_the_gap()
    {
        var sample = await _harness.AddAsync("x");
        var chunks = sample.Chunks.Where(chunk => chunk.Column == "a").ToList();
        var gap = chunks[1].Start - chunks[0].Start - chunks[0].Length;

        Assert.Equal(1, await ReadsAsync(CacheHarness.Strict with { GapBytesMax = gap }));
        Assert.Equal(2, await ReadsAsync(CacheHarness.Strict with { GapBytesMax = gap - 1 }));
    }

    [Fact]
    public async Task What_lies_in_the_gap_is_not_taken_for_fetched()
    {
        var sample = await _harness.AddAsync("x");
        using var cache = _harness.New(CacheHarness.Strict with { GapBytesMax = 1 << 20 });
        await _harness.TouchAsync(cache, "x", "a");
        _harness.Check(cache, "x", "a");
        _harness.Store.Forget();

        await _harness.TouchAsync(cache, "x", "a", "b");

        Assert.True(_harness.Store.Reads.Sum(read => read.Length) >= sample.BytesOf("b"));
        _harness.Check(cache, "x", "a", "b");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task So_many_requests_are_under_way_at_once(int most)
    {
        var paths = Enumerable.Range(0, 4).Select(index => $"x{index}").ToArray();
        foreach (var path in paths)
            await _harness.AddAsync(path);
        using var cache = _harness.New(CacheHarness.Strict with { RequestsMax = most });
        var full = new TaskCompletionSource();
        _harness.Store.BeforeRead = async (_, start, token) =>
        {
            if (_harness.Store.AtOnceMost == most)
                full.TrySetResult();
            if (start < 1000)
                await full.Task.WaitAsync(token);
            await Task.Yield();
        };

        using var lease = await _harness.OpenAsync(cache, paths, ["a", "b", "c"], Token);

        Assert.Equal(most, _harness.Store.AtOnceMost);
    }

    [Fact]
    public async Task A_footer_may_be_as_long_as_the_limit_and_no_longer()
    {
        var sample = await _harness.AddAsync("x");
        var length = BitConverter.ToInt32(sample.Content.AsSpan(^8));
        using (var enough = _harness.New(CacheHarness.Strict with { FooterBytesMax = length }, _harness.Folder + "-enough"))
            await _harness.TouchAsync(enough, "x", "a");
        using var cache = _harness.New(CacheHarness.Strict with { FooterBytesMax = length - 1 });

        var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.OpenAsync(cache, "x", "a"));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.Contains($"The footer of the data file x has {length} bytes, and {length - 1} are allowed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Footers_that_memory_has_no_room_for_are_read_from_the_cache_again()
    {
        await _harness.AddAsync("x");
        await _harness.AddAsync("y");
        long one;
        using (var cache = _harness.New(folder: _harness.Folder + "-one"))
        {
            await _harness.TouchAsync(cache, "x", "a");
            one = cache.FooterMemoryBytes;
        }

        using var two = _harness.New(CacheHarness.Strict with { FooterMemoryBytesMax = one * 2 }, _harness.Folder + "-two");
        using var less = _harness.New(CacheHarness.Strict with { FooterMemoryBytesMax = (one * 2) - 1 }, _harness.Folder + "-less");
        foreach (var cache in new[] { two, less })
        {
            await _harness.TouchAsync(cache, "x", "a");
            await _harness.TouchAsync(cache, "y", "a");
        }

        _harness.Store.Forget();
        await _harness.TouchAsync(less, "x", "a");

        Assert.Equal((one * 2, one), (two.FooterMemoryBytes, less.FooterMemoryBytes));
        Assert.Equal((0, 0), (_harness.Store.Reads.Count, _harness.Store.Heads));
    }

    [Fact]
    public async Task A_file_of_as_many_bytes_as_are_read_at_its_end_comes_whole()
    {
        var sample = await _harness.AddAsync("x");
        using var whole = _harness.New(CacheHarness.Strict with { TailBytes = sample.Content.Length }, _harness.Folder + "-whole");
        using var parts = _harness.New(CacheHarness.Strict with { TailBytes = sample.Content.Length - 1 });

        await _harness.TouchAsync(whole, "x", "a");
        var reads = _harness.Store.Reads.Count;
        await _harness.TouchAsync(parts, "x", "a");

        Assert.Equal(1, reads);
        Assert.Equal(sample.Content, File.ReadAllBytes(_harness.LocalPath(whole, "x")));
        _harness.Check(parts, "x", "a");
    }

    async Task<long> NeededAsync(string path, params string[] columns)
    {
        await _harness.AddAsync(path);
        using var cache = _harness.New(folder: $"{_harness.Folder}-{Guid.NewGuid():N}");
        await _harness.TouchAsync(cache, path, columns);
        return cache.UsedBytes;
    }

    /// <summary>How many requests the chunks of one column take.</summary>
    async Task<int> ReadsAsync(RangeCacheLimits limits)
    {
        using var cache = _harness.New(limits, $"{_harness.Folder}-{Guid.NewGuid():N}");
        await _harness.TouchAsync(cache, "x");
        _harness.Store.Forget();
        await _harness.TouchAsync(cache, "x", "a");
        return _harness.Store.Reads.Count;
    }
}
