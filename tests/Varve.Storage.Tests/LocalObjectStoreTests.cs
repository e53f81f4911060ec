using Varve.TestKit;

namespace Varve.Storage.Tests;

public sealed class LocalObjectStoreTests : ObjectStoreContract, IDisposable
{
    readonly TemporaryFolder _folder = new();

    public LocalObjectStoreTests() => Store = new LocalObjectStore(_folder.FullPath);

    protected override IObjectStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_object_is_a_file_of_that_name()
    {
        await Store.PutAsync("a b/c%20d", Bytes("x"), Token);

        Assert.Equal(_folder.At("a b", "c%20d"), Store.LocalPath("a b/c%20d"));
        Assert.Equal("x", await File.ReadAllTextAsync(_folder.At("a b", "c%20d"), Token));
    }

    [Fact]
    public async Task No_temporary_file_stays_after_any_write()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Store.PutAsync("a/put", Bytes("x"), Token);
        await Store.PutIfAbsentAsync("a/created", Bytes("x"), Token);
        await Store.PutIfAbsentAsync("a/created", Bytes("y"), Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a/cancelled", new byte[1 << 20], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync("a/cancelled", new byte[1 << 20], cancelled.Token));

        var files = Directory.EnumerateFiles(_folder.FullPath, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path));
        Assert.Equal(["created", "put"], files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_temporary_file_that_a_crash_left_is_in_no_listing()
    {
        await Store.PutAsync("a/object", Bytes("x"), Token);
        await File.WriteAllTextAsync(_folder.At("a", ".0123456789abcdef0123456789abcdef.tmp"), "part", Token);
        Directory.CreateDirectory(_folder.At("b"));
        await File.WriteAllTextAsync(_folder.At("b", ".0123456789abcdef0123456789abcdef.tmp"), "part", Token);

        var listed = await ListAsync("");

        Assert.Equal(["a/object"], listed);
        Assert.Equal(["a"], await Store.ListFoldersAsync("", Token));
        Assert.Equal(PutOutcome.Created, await Store.PutIfAbsentAsync("b/other", Bytes("whole"), Token));
    }

    [Fact]
    public async Task A_listing_during_a_write_shows_no_part_of_it()
    {
        var writing = Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                    await Store.PutIfAbsentAsync($"t/{round}", new byte[1 << 20], Token);
            },
            Token);
        do
        {
            await foreach (var info in Store.ListAsync("", null, Token))
            {
                Assert.Equal(1 << 20, info.SizeBytes);
                Assert.Matches(@"^t/\d+$", info.Path);
            }
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Fact]
    public async Task Two_stores_over_one_folder_share_it()
    {
        var other = new LocalObjectStore(_folder.FullPath + "/");
        await Store.PutAsync("a", Bytes("x"), Token);

        Assert.Equal(PutOutcome.Exists, await other.PutIfAbsentAsync("a", Bytes("y"), Token));
        Assert.Equal(["a"], await other.ListAsync("", null, Token).Select(info => info.Path).ToListAsync(Token));
    }

    [Fact]
    public async Task A_file_where_a_folder_is_needed_is_a_fault_that_names_the_object()
    {
        await Store.PutAsync("a", Bytes("x"), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => Store.PutIfAbsentAsync("a/b", Bytes("x"), Token));

        Assert.Contains("a/b", fault.Message, StringComparison.Ordinal);
        Assert.Null(await Store.ReadAsync("a/b", Token));
    }
}
