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

    async Task<IngestOutcome> IngestAsync(IObjectStore store)
    {
        var pipeline = new IngestPipeline(
            store, DatasetCatalog.BuiltIn, new IngestLimits { IndexedFileBytesMin = 0 }, new DeltaOptions { Clock = _harness.Clock });
        var lines = Enumerable.Range(0, 50).Select(number => $$"""{"RayID":"r{{number}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        return await pipeline.IngestAsync(IngestHarness.Target(), new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), Token);
    }
}
