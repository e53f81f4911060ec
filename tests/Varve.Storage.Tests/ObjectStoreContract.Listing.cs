namespace Varve.Storage.Tests;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task A_listing_goes_in_the_order_of_UTF8_bytes_through_all_folders()
    {
        string[] paths = ["a/b", "a.b", "a-b", "a/B", "a/b.c", "a/c/d", "Z", "_log/10", "_log/9", "_log/09", "é", "\ufb01", "\U0001F600", "\uffe5/x", "\U0001F601/x"];
        foreach (var path in paths.Reverse())
            await Store.PutAsync(path, Bytes(path), Token);

        var listed = await ListAsync("");

        Assert.Equal(paths.OrderBy(path => Convert.ToHexString(Bytes(path)), StringComparer.Ordinal), listed);
        Assert.Equal(["\U0001F600", "\U0001F601/x"], await ListAsync("", startAfter: "\uffe5/x"));
        Assert.Equal(["_log", "a", "\uffe5", "\U0001F601"], await Store.ListFoldersAsync("", Token));
    }

    [Fact]
    public async Task A_listing_tells_the_sizes()
    {
        await Store.PutAsync("a/one", Bytes("1"), Token);
        await Store.PutAsync("a/three", Bytes("333"), Token);

        var infos = await Store.ListAsync("a/", null, Token).ToListAsync(Token);

        Assert.Equal([("a/one", 1L), ("a/three", 3L)], infos.Select(info => (info.Path, info.SizeBytes)));
    }

    [Fact]
    public async Task A_listing_starts_after_the_given_path_whether_or_not_it_exists()
    {
        foreach (var path in (string[])["t/1", "t/2", "t/2.x", "t/3", "u/1"])
            await Store.PutAsync(path, Bytes("x"), Token);

        Assert.Equal(["t/2.x", "t/3"], await ListAsync("t/", startAfter: "t/2"));
        Assert.Equal(["t/2", "t/2.x", "t/3"], await ListAsync("t/", startAfter: "t/10"));
        Assert.Equal(["t/1", "t/2", "t/2.x", "t/3"], await ListAsync("t/", startAfter: "a"));
        Assert.Empty(await ListAsync("t/", startAfter: "t/3"));
    }

    [Fact]
    public async Task A_prefix_is_a_folder_and_not_the_start_of_a_name()
    {
        foreach (var path in (string[])["logs/1", "logs2/1", "x/logs/1"])
            await Store.PutAsync(path, Bytes("x"), Token);

        Assert.Equal(["logs/1"], await ListAsync("logs/"));
        Assert.Empty(await ListAsync("log/"));
        var fault = await Assert.ThrowsAsync<VarveException>(() => ListAsync("logs"));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("does not end with '/'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_are_those_that_hold_objects_at_any_depth()
    {
        foreach (var path in (string[])["a/z/1", "a/B/2/3", "a/file", "a/k.d/1", "b/1"])
            await Store.PutAsync(path, Bytes("x"), Token);

        Assert.Equal(["B", "k.d", "z"], await Store.ListFoldersAsync("a/", Token));
        Assert.Equal(["a", "b"], await Store.ListFoldersAsync("", Token));
        Assert.Empty(await Store.ListFoldersAsync("nothing/", Token));
    }

    [Fact]
    public async Task A_folder_goes_with_its_last_object()
    {
        await Store.PutAsync("a/gone/deep/1", Bytes("x"), Token);
        await Store.PutAsync("a/stays/1", Bytes("x"), Token);

        await Store.DeleteAsync("a/gone/deep/1", Token);

        Assert.Equal(["stays"], await Store.ListFoldersAsync("a/", Token));
    }

    [Fact]
    public async Task A_listing_beside_writers_and_deleters_shows_all_that_stays()
    {
        for (var index = 0; index < 20; index++)
            await Store.PutAsync($"t/stays-{index:D2}", Bytes("x"), Token);

        var changing = Task.Run(
            async () =>
            {
                for (var round = 0; round < 200; round++)
                {
                    await Store.PutAsync($"t/comes/{round % 7}", Bytes("x"), Token);
                    await Store.DeleteAsync($"t/comes/{(round + 3) % 7}", Token);
                }
            },
            Token);
        do
        {
            var listed = await ListAsync("t/");
            Assert.Equal(20, listed.Count(path => path.StartsWith("t/stays-", StringComparison.Ordinal)));
        }
        while (!changing.IsCompleted);

        await changing;
    }
}
