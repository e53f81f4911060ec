using System.Text;

namespace Varve.Storage.Tests;

/// <summary>What every store keeps. One sealed subclass a store runs it all.</summary>
public abstract partial class ObjectStoreContract
{
    protected abstract IObjectStore Store { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_put_is_read_back_with_its_size_and_time()
    {
        await Store.PutAsync("a/b.bin", Bytes("hello"), Token);

        var content = await Store.ReadAsync("a/b.bin", Token);
        var info = await Store.HeadAsync("a/b.bin", Token);
        Assert.Equal("hello", Text(content));
        Assert.Equal(("a/b.bin", 5L), (info?.Path, info?.SizeBytes));
        Assert.InRange(info!.LastModified, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
    }

    [Fact]
    public async Task A_put_replaces_the_object_whole()
    {
        await Store.PutAsync("a", Bytes("a long first text"), Token);

        await Store.PutAsync("a", Bytes("short"), Token);

        Assert.Equal("short", Text(await Store.ReadAsync("a", Token)));
        Assert.Equal(5, (await Store.HeadAsync("a", Token))?.SizeBytes);
    }

    [Fact]
    public async Task An_object_may_be_empty()
    {
        await Store.PutAsync("empty", ReadOnlyMemory<byte>.Empty, Token);

        Assert.Equal("", Text(await Store.ReadAsync("empty", Token)));
        Assert.Equal(0, (await Store.HeadAsync("empty", Token))?.SizeBytes);
        Assert.Equal(PutOutcome.Exists, await Store.PutIfAbsentAsync("empty", Bytes("x"), Token));
    }

    [Fact]
    public async Task A_large_object_comes_back_byte_by_byte()
    {
        var content = new byte[(8 << 20) + 13];
        new Random(1).NextBytes(content);

        var outcome = await Store.PutIfAbsentAsync("large", content, Token);

        Assert.Equal(PutOutcome.Created, outcome);
        Assert.True((await Store.ReadAsync("large", Token)).AsSpan().SequenceEqual(content));
        Assert.Equal(content.Length, (await Store.HeadAsync("large", Token))?.SizeBytes);
    }

    [Fact]
    public async Task A_put_if_absent_leaves_what_is_there()
    {
        await Store.PutAsync("a", Bytes("first"), Token);

        var outcome = await Store.PutIfAbsentAsync("a", Bytes("second"), Token);

        Assert.Equal(PutOutcome.Exists, outcome);
        Assert.Equal("first", Text(await Store.ReadAsync("a", Token)));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_its_name_is_free()
    {
        await Store.PutAsync("a/b", Bytes("x"), Token);

        await Store.DeleteAsync("a/b", Token);

        Assert.Null(await Store.ReadAsync("a/b", Token));
        Assert.Empty(await ListAsync("a/"));
        Assert.Equal(PutOutcome.Created, await Store.PutIfAbsentAsync("a/b", Bytes("y"), Token));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_deleting_it_no_fault()
    {
        await Store.PutAsync("folder/object", Bytes("x"), Token);

        foreach (var path in (string[])["nothing", "no/such/folder", "folder", "folder/other"])
        {
            await Store.DeleteAsync(path, Token);
            Assert.Null(await Store.ReadAsync(path, Token));
            Assert.Null(await Store.HeadAsync(path, Token));
        }

        Assert.Equal(["folder/object"], await ListAsync(""));
    }

    [Fact]
    public async Task Of_many_concurrent_puts_if_absent_exactly_one_creates_and_its_content_is_whole()
    {
        const int writers = 16;
        for (var round = 0; round < 10; round++)
        {
            var path = $"race/{round}";
            using var start = new Barrier(writers);
            var contents = Enumerable.Range(0, writers).Select(writer => Enumerable.Repeat((byte)writer, 20_000).ToArray()).ToArray();

            var outcomes = await Task.WhenAll(contents.Select(content => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Token);
                    return Store.PutIfAbsentAsync(path, content, Token);
                },
                Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

            var winner = Assert.Single(Enumerable.Range(0, writers), writer => outcomes[writer] == PutOutcome.Created);
            Assert.Equal(writers - 1, outcomes.Count(outcome => outcome == PutOutcome.Exists));
            Assert.True((await Store.ReadAsync(path, Token)).AsSpan().SequenceEqual(contents[winner]));
        }
    }

    [Fact]
    public async Task A_reader_beside_writers_never_sees_a_mix()
    {
        var contents = Enumerable.Range(0, 4).Select(writer => Enumerable.Repeat((byte)writer, 100_000).ToArray()).ToArray();
        await Store.PutAsync("object", contents[0], Token);

        var writing = Task.WhenAll(contents.Select(content => Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                    await Store.PutAsync("object", content, Token);
            },
            Token)));
        do
        {
            var seen = await Store.ReadAsync("object", Token);
            Assert.NotNull(seen);
            Assert.True(seen.AsSpan().SequenceEqual(contents[seen[0]]));
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Fact]
    public async Task A_cancelled_operation_throws_and_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Store.PutAsync("there", Bytes("x"), Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("there", Bytes("y"), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync("new", Bytes("y"), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("there", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.HeadAsync("there", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadRangeAsync("there", 0, 1, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadSuffixAsync("there", 1, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.DeleteAsync("there", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.DeleteManyAsync(["there"], source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListFoldersAsync("", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAsync("", null, source.Token).ToListAsync(Token).AsTask());

        Assert.Equal(["there"], await ListAsync(""));
        Assert.Equal("x", Text(await Store.ReadAsync("there", Token)));
    }

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);

    protected async Task<List<string>> ListAsync(string prefix, string? startAfter = null)
    {
        var paths = new List<string>();
        await foreach (var info in Store.ListAsync(prefix, startAfter, Token))
            paths.Add(info.Path);
        return paths;
    }
}
