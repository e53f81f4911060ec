using Varve.Query.Files;
using Varve.Storage;

namespace Varve.Query.Tests.Files;

public sealed class RangeCacheTests : IDisposable
{
    readonly CacheHarness _harness = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task What_is_fetched_are_the_chunks_of_the_columns_and_the_footer()
    {
        var sample = await _harness.AddAsync("x");
        using var cache = _harness.New();

        using var lease = await _harness.OpenAsync(cache, "x", "b");

        _harness.Check(cache, "x", "b");
        Assert.InRange(lease.Figures.BytesFetched, sample.BytesOf("b"), sample.BytesOf("b") + 4096);
        Assert.Equal(0, lease.Figures.BytesCached);
        Assert.Equal(lease.Figures.Requests, _harness.Store.Reads.Count + _harness.Store.Heads);
        Assert.Equal(lease.Figures.BytesFetched, _harness.Store.Reads.Sum(read => read.Length));
    }

    [Fact]
    public async Task What_is_here_is_not_asked_for_again()
    {
        var sample = await _harness.AddAsync("x");
        using var cache = _harness.New();
        var first = await _harness.TouchAsync(cache, "x", "b");
        _harness.Store.Forget();

        var second = await _harness.TouchAsync(cache, "x", "b");
        var third = await _harness.TouchAsync(cache, "x", "a", "b");

        Assert.Equal((0L, 0L), (second.Requests, second.BytesFetched));
        Assert.Equal(cache.UsedBytes - sample.BytesOf("a"), second.BytesCached);
        Assert.Equal((sample.BytesOf("a"), second.BytesCached), (third.BytesFetched, third.BytesCached));
        Assert.Equal((SampleFile.Groups, 0), (_harness.Store.Reads.Count, _harness.Store.Heads));
        _harness.Check(cache, "x", "a", "b");
        Assert.True(first.Requests > third.Requests);
    }

    [Fact]
    public async Task One_that_is_named_twice_is_fetched_once_with_the_columns_of_both()
    {
        var sample = await _harness.AddAsync("x");
        using var cache = _harness.New();

        using (await cache.OpenAsync([new NeededFile("x", sample.Content.Length, ["a"]), new NeededFile("x", sample.Content.Length, ["A", "c"])], Token))
            _harness.Check(cache, "x", "a", "c");

        Assert.Equal(_harness.Store.Reads.Count, _harness.Store.Reads.Distinct().Count());
    }

    [Fact]
    public async Task Two_at_once_fetch_what_both_need_once()
    {
        await _harness.AddAsync("x");
        using var cache = _harness.New();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _harness.Store.BeforeRead = (_, _, _) => gate.Task;

        var leases = Enumerable.Range(0, 8).Select(index => _harness.OpenAsync(cache, ["x"], index % 2 == 0 ? ["a"] : ["a", "b"], Token)).ToArray();
        gate.SetResult();
        foreach (var lease in await Task.WhenAll(leases))
            lease.Dispose();

        Assert.Equal(_harness.Store.Reads.Count, _harness.Store.Reads.Distinct().Count());
        Assert.Equal(1, _harness.Store.Heads);
        _harness.Check(cache, "x", "a", "b");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task One_that_is_cancelled_takes_nothing_from_another(int reads)
    {
        await _harness.AddAsync("x");
        using var cache = _harness.New();
        var (gate, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        _harness.Store.BeforeRead = (_, start, token) =>
        {
            if (_harness.Store.Reads.Count <= reads)
                return Task.CompletedTask;
            arrived.TrySetResult();
            return gate.Task.WaitAsync(token);
        };
        using var caller = new CancellationTokenSource();
        var first = _harness.OpenAsync(cache, ["x"], ["a"], caller.Token);
        await arrived.Task;
        var second = _harness.OpenAsync(cache, ["x"], ["a"], Token);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        using var lease = await second;

        _harness.Check(cache, "x", "a");
    }

    [Fact]
    public async Task When_all_are_cancelled_the_requests_stop_and_the_next_one_begins_anew()
    {
        await _harness.AddAsync("x");
        using var cache = _harness.New();
        var (arrived, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        _harness.Store.BeforeRead = async (_, _, token) =>
        {
            arrived.TrySetResult();
            using var _ = token.Register(() => stopped.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        using var caller = new CancellationTokenSource();
        var first = _harness.OpenAsync(cache, ["x"], ["a"], caller.Token);
        await arrived.Task;

        await caller.CancelAsync();
        await stopped.Task;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _harness.Store.BeforeRead = null;
        await _harness.TouchAsync(cache, "x", "a");

        _harness.Check(cache, "x", "a");
    }

    [Fact]
    public async Task A_request_that_fails_fails_the_query_and_leaves_what_came_before()
    {
        var sample = await _harness.AddAsync("x", rows: 30_000);
        using var cache = _harness.New(CacheHarness.Strict with { RequestBytesMax = 50_000 });
        await _harness.TouchAsync(cache, "x", "a");
        for (var failing = 1; failing <= 10; failing++)
        {
            _harness.Store.Forget();
            var turn = failing;
            _harness.Store.BeforeRead = (_, _, _) => _harness.Store.Reads.Count >= turn ? throw new VarveException(FaultKind.Unavailable, "no answer") : Task.CompletedTask;

            var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.OpenAsync(cache, "x", "a", "b", "c"));

            Assert.Equal((FaultKind.Unavailable, "no answer"), (fault.Kind, fault.Message));
            _harness.Store.BeforeRead = null;
        }

        using var lease = await _harness.OpenAsync(cache, "x", "a", "b", "c");

        _harness.Check(cache, "x", "a", "b", "c");
        var bytes = sample.BytesOf("a") + sample.BytesOf("b") + sample.BytesOf("c");
        Assert.InRange(cache.UsedBytes, bytes, bytes + 4096);
    }

    [Fact]
    public async Task A_file_that_is_not_what_the_log_says_is_told_by_its_name()
    {
        var sample = await _harness.AddAsync("x");
        await _harness.AddAsync("y");
        using var cache = _harness.New();

        await _harness.DeleteAsync("x");
        await CheckAsync("The data file x is missing.");
        await _harness.ReplaceAsync("x", sample.Content[..^1]);
        await CheckAsync("The data file x ");
        await _harness.ReplaceAsync("x", [.. sample.Content, 0]);
        await CheckAsync("The data file x has ");
        await _harness.ReplaceAsync("x", new byte[sample.Content.Length]);
        await CheckAsync("The footer of the data file x cannot be read: the file does not end as a Parquet file does.");
        await _harness.ReplaceAsync("x", [.. sample.Content[..^8], 255, 255, 255, 0, .. "PAR1"u8]);
        await CheckAsync("The footer of the data file x cannot be read: it is longer than the file.");
        await _harness.ReplaceAsync("x", sample.Content);
        await _harness.TouchAsync(cache, "x", "a");

        async Task CheckAsync(string message)
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.OpenAsync(cache, ["x", "y"], ["a"], Token));
            Assert.Equal((FaultKind.Corrupt, "file_unreadable"), (fault.Kind, fault.Detail?.Code));
            Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_somebody_deletes_from_the_folder_is_fetched_anew_once_it_was_missed()
    {
        await _harness.AddAsync("x");
        using var cache = _harness.New(CacheHarness.Strict with { FooterMemoryBytesMax = 0 });
        await _harness.TouchAsync(cache, "x", "a");

        File.Delete(_harness.LocalPath(cache, "x"));
        await _harness.TouchAsync(cache, "x", "a");

        _harness.Check(cache, "x", "a");
    }

    [Fact]
    public async Task What_the_engine_could_not_read_is_fetched_anew()
    {
        var sample = await _harness.AddAsync("x");
        using var cache = _harness.New();
        using (var lease = await _harness.OpenAsync(cache, "x", "a"))
            lease.Doubt();
        _harness.Store.Forget();

        await _harness.TouchAsync(cache, "x", "a");

        Assert.True(_harness.Store.Reads.Sum(read => read.Length) >= sample.BytesOf("a"));
    }
}
