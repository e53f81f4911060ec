using System.Text;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Index;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Batches;

/// <summary>The side index of a data file is stored with it, and never stands in its way.</summary>
public sealed class SideIndexTests : IDisposable
{
    const string Table = "accounts/acme/zones/shop/http_requests";

    readonly IngestHarness _harness = new();
    Func<StoreCall, StoreFault> _plan = _ => StoreFault.None;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task It_is_there_before_the_commit_that_names_the_data_file()
    {
        var store = new FaultyObjectStore(_harness.Store, _ => StoreFault.None);

        await IngestAsync(store);

        var puts = store.Calls.Where(call => call.Operation is StoreOperation.Put or StoreOperation.PutIfAbsent).Select(call => call.Path[(Table.Length + 1)..]).ToList();
        var index = Assert.Single(puts, path => path.StartsWith(FileIndexPath.Folder, StringComparison.Ordinal));
        Assert.InRange(puts.IndexOf(index), 0, puts.FindIndex(path => path == "_delta_log/00000000000000000001.json") - 1);
        var (key, file) = (await DeltaTable.OpenAsync(_harness.Store, Table, options: null, logger: null, Token))!.Latest.Files.Single();
        Assert.Equal(FileIndexPath.Of(key), index);
        var reader = new FileIndexReader(_harness.Store, new FileIndexLimits(), TimeProvider.System);
        Assert.True((await reader.AskAsync(Table, key, file.Size, [ValueProbe.ForTexts("RayID", ["r7"])], Token)).MayMatch);
        Assert.False((await reader.AskAsync(Table, key, file.Size, [ValueProbe.ForTexts("RayID", ["r50"])], Token)).MayMatch);
    }

    [Theory]
    [InlineData(StoreFault.FailBefore)]
    [InlineData(StoreFault.FailAfter)]
    public async Task When_it_cannot_be_stored_the_records_are_all_the_same(StoreFault fault)
    {
        var store = new FaultyObjectStore(_harness.Store, call => _plan(call));
        _plan = call => call.Path.Contains($"/{FileIndexPath.Folder}/", StringComparison.Ordinal) ? fault : StoreFault.None;

        var outcome = await IngestAsync(store);

        Assert.Equal((50, 0), (outcome.Accepted, outcome.Rejected));
        Assert.Single(await _harness.QueryAsync("SELECT RayID FROM http_requests WHERE RayID = 'r7'"));
        // It is not worth waiting for: tried once.
        Assert.Single(store.Calls, call => call.Path.Contains($"/{FileIndexPath.Folder}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Small_files_get_none()
    {
        await _harness.IngestAsync("""{"RayID":"a"}""");

        var folders = await _harness.Store.ListFoldersAsync($"{Table}/", Token);

        Assert.DoesNotContain(FileIndexPath.Folder, folders);
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(8, 1)]
    [InlineData(16, 2)]
    public async Task Enough_of_them_are_grouped(int files, int packs)
    {
        await IngestAllAsync(_harness.Store, new IngestLimits { IndexedFileBytesMin = 0, PackedFiles = 8 }, files);

        Assert.Equal(packs, (await PacksAsync()).Count);
    }

    [Fact]
    public async Task A_pack_has_as_many_bytes_as_it_may_and_what_is_left_waits_for_more()
    {
        var index = (await IndexesAsync(1)).Single();
        // Ten of them fit, and two are too few.
        var limits = new IngestLimits { IndexedFileBytesMin = 0, PackedFiles = 12, PackBytesMax = (10 * index) + (index / 2) };

        var pipeline = await IngestAllAsync(_harness.Store, limits, 12);
        Assert.Single(await PacksAsync());
        await IngestAllAsync(pipeline, first: 12, files: 6);
        await pipeline.GroupIndexesAsync();

        Assert.Equal(2, (await PacksAsync()).Count);
    }

    [Fact]
    public async Task Few_are_grouped_when_the_first_has_waited_long_enough()
    {
        var limits = new IngestLimits { IndexedFileBytesMin = 0, PackAgeMax = TimeSpan.FromMinutes(10) };
        var pipeline = await IngestAllAsync(_harness.Store, limits, 8);

        _harness.Clock.Advance(TimeSpan.FromMinutes(9));
        await IngestAllAsync(pipeline, first: 8, files: 1);
        var before = await PacksAsync();
        _harness.Clock.Advance(TimeSpan.FromMinutes(1));
        await IngestAllAsync(pipeline, first: 9, files: 1);

        Assert.Empty(before);
        Assert.Single(await PacksAsync());
    }

    [Fact]
    public async Task Those_in_a_pack_are_not_read_one_by_one()
    {
        var pipeline = await IngestAllAsync(_harness.Store, new IngestLimits { IndexedFileBytesMin = 0 }, 9);
        await pipeline.GroupIndexesAsync();
        var table = (await DeltaTable.OpenAsync(_harness.Store, Table, options: null, logger: null, Token))!;
        var reader = new IndexPackReader(_harness.Store, new FileIndexLimits(), TimeProvider.System);

        var files = table.Latest.Files.Select(file => (file.Key, file.Value.Size)).ToList();
        var (mayMatch, _, _) = await reader.AskAsync(Table, files, [ValueProbe.ForTexts("RayID", ["r7-20"])], Token);

        Assert.Equal(9, mayMatch.Count(may => may is not null));
        Assert.Single(mayMatch, may => may == true);
    }

    [Theory]
    [InlineData(StoreFault.FailBefore)]
    [InlineData(StoreFault.FailAfter)]
    public async Task When_they_cannot_be_grouped_the_records_are_all_the_same(StoreFault fault)
    {
        var store = new FaultyObjectStore(_harness.Store, call => call.Path.Contains(FileIndexPath.PackFolder, StringComparison.Ordinal) ? fault : StoreFault.None);

        await IngestAllAsync(store, new IngestLimits { IndexedFileBytesMin = 0, PackedFiles = 8 }, 9);

        Assert.Contains(store.Calls, call => call.Path.Contains(FileIndexPath.PackFolder, StringComparison.Ordinal));
        Assert.Single(await _harness.QueryAsync("SELECT RayID FROM http_requests WHERE RayID = 'r8-7'"));
    }

    async Task<IngestOutcome> IngestAsync(IObjectStore store)
    {
        var pipeline = new IngestPipeline(
            store, DatasetCatalog.BuiltIn, new IngestLimits { IndexedFileBytesMin = 0 }, new DeltaOptions { Clock = _harness.Clock });
        return await pipeline.IngestAsync(IngestHarness.Target(), Lines("r"), Token);
    }

    async Task<IngestPipeline> IngestAllAsync(IObjectStore store, IngestLimits limits, int files)
    {
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, limits, new DeltaOptions { Clock = _harness.Clock });
        await IngestAllAsync(pipeline, first: 0, files);
        return pipeline;
    }

    /// <summary>One after the other, each a file of its own.</summary>
    static async Task IngestAllAsync(IngestPipeline pipeline, int first, int files)
    {
        for (var file = first; file < first + files; file++)
            await pipeline.IngestAsync(IngestHarness.Target(), Lines($"r{file}-"), Token);
    }

    static MemoryStream Lines(string ray)
    {
        var lines = Enumerable.Range(0, 50).Select(number => $$"""{"RayID":"{{ray}}{{number}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        return new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }

    static async Task<List<long>> IndexesAsync(int files)
    {
        using var other = new IngestHarness();
        await IngestAllAsync(new IngestPipeline(other.Store, DatasetCatalog.BuiltIn, new IngestLimits { IndexedFileBytesMin = 0 }, new DeltaOptions { Clock = other.Clock }), 0, files);
        return [.. (await ListAsync(other.Store, $"{Table}/{FileIndexPath.Folder}/")).Select(info => info.SizeBytes)];
    }

    Task<List<ObjectInfo>> PacksAsync() => ListAsync(_harness.Store, $"{Table}/{FileIndexPath.PackFolder}");

    static async Task<List<ObjectInfo>> ListAsync(IObjectStore store, string prefix)
    {
        var found = new List<ObjectInfo>();
        await foreach (var info in store.ListAsync(prefix, startAfter: null, Token))
            found.Add(info);
        return found;
    }
}
