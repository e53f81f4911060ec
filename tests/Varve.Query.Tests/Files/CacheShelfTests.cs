using Varve.Query.Files;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

public sealed class CacheShelfTests
{
    const string Path = "accounts/acme/part.parquet";

    [Fact]
    public async Task A_file_that_is_to_go_is_not_lent_while_its_map_is_being_written()
    {
        using var folder = new TemporaryFolder();
        using var files = new CacheFolder(folder.FullPath, "store");
        var shelf = new CacheShelf(files, new RangeCacheLimits());
        var file = shelf.Lease(Path, 100)!;
        using (var output = new SparseFile(file))
            output.Write(0, new byte[10]);
        shelf.Add(file, new FileRange(0, 10), fetch: null);

        lock (file.MapLock)
        {
            shelf.Release(file);
            SpinWait.SpinUntil(() => file.IsBeingMapped);
            shelf.Doubt(file);
            Assert.Null(shelf.Lease(Path, 100));
        }

        await shelf.Settled;
        var anew = shelf.Lease(Path, 100)!;
        Assert.NotSame(file, anew);
        Assert.True(shelf.IsEmpty(anew));
    }
}
