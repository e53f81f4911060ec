using Varve.Delta.Index;
using Varve.Query.Planning;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Look-ups of single values, each by an engine that knows nothing yet.</summary>
public sealed class SideIndexTests : IClassFixture<TwentyFiles>, IDisposable
{
    const int Files = TwentyFiles.Files;
    const int RowsOfFile = TwentyFiles.RowsOfFile;

    readonly TestLake _lake;
    readonly QueryEngine _engine;

    public SideIndexTests(TwentyFiles twenty)
    {
        _lake = twenty.Lake;
        _engine = _lake.NewEngine(_lake.Store);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task An_id_that_is_nowhere_is_looked_up_without_reading_a_data_file()
    {
        var answer = await AskAsync("RayID = 'r-nowhere'");

        Assert.Empty(answer.Rows);
        Assert.Equal((Files, 0, 0L), (answer.Plan.FilesTotal, answer.Plan.FilesRead, answer.Plan.BytesRead));
        Assert.Equal((Files, Files + 1, 0), (answer.Plan.Index.FilesLeftOut, answer.Plan.Index.Requests, answer.Plan.Index.Unusable));
        Assert.InRange(answer.Plan.Index.Bytes, 1, answer.Plan.BytesTotal / 2);
    }

    [Theory]
    [InlineData("RayID = 'r-7-3'", 1, 1)]
    [InlineData("'r-7-3' = RayID", 1, 1)]
    [InlineData("RayID IN ('r-7-3', 'r-9-5', 'r-nowhere')", 2, 2)]
    [InlineData("ClientIP = '10.0.7.9'", 1, RowsOfFile - 2)]
    [InlineData("ClientIP = '10.0.7.9' AND RayID = 'r-8-1'", 0, 0)]
    [InlineData("JA4 = 'common' AND RayID = 'r-8-1'", 1, 1)]
    [InlineData("JA4 = 'common'", Files, Files * RowsOfFile)]
    [InlineData("JA3Hash = 'x'", 0, 0)]
    public async Task Only_files_that_may_have_the_values_are_read(string condition, int files, int rows)
    {
        var answer = await AskAsync(condition);

        Assert.Equal(rows, answer.Rows.Count);
        // One in a hundred is taken for one that has it.
        Assert.InRange(answer.Plan.FilesRead, files, Math.Min(Files, files + 2));
        Assert.Equal(Files - answer.Plan.FilesRead, answer.Plan.Index.FilesLeftOut);
    }

    [Theory]
    [InlineData("RayID <> 'r-7-3'")]
    [InlineData("RayID >= 'r-7-3'")]
    [InlineData("NOT RayID = 'r-7-3'")]
    [InlineData("RayID LIKE 'r-7%'")]
    [InlineData("RayID = 'r-7-3' OR BotScore = 1")]
    [InlineData("RayID NOT IN ('r-7-3')")]
    [InlineData("BotScore = 1")]
    [InlineData("EdgeStartTimestamp = '2026-04-01T00:00:00Z'")]
    public async Task Of_other_conditions_it_is_not_asked(string condition) =>
        Assert.Equal(IndexUse.None, (await AskAsync(condition)).Plan.Index);

    [Fact]
    public async Task When_no_file_of_a_sample_has_an_index_of_the_column_the_others_are_not_asked()
    {
        var answer = await AskAsync("ClientCountry = 'US'");

        Assert.Equal(Files, answer.Plan.FilesRead);
        Assert.Equal((0, IndexPruner.SampleFiles + 1), (answer.Plan.Index.FilesLeftOut, answer.Plan.Index.Requests));
    }

    [Fact]
    public async Task What_was_read_once_is_not_read_again()
    {
        await AskAsync("RayID = 'r-nowhere'");

        var again = await AskAsync("ClientIP = '10.99.0.1'");

        Assert.Equal((0, 0L), (again.Plan.Index.Requests, again.Plan.Index.Bytes));
        Assert.InRange(again.Plan.Index.FilesLeftOut, Files - 2, Files);
    }

    [Fact]
    public async Task Not_more_are_read_at_once_than_the_limit_allows()
    {
        var (now, most) = (0, 0);
        var store = new SlowIndexStore(_lake.Store, async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        });
        using var engine = _lake.NewEngine(store, new QueryLimits { EngineMemoryBytes = 512 << 20, IndexReadsMax = 1 });

        var answer = await TestLake.QueryAsync(engine, Request("RayID = 'r-nowhere'"), Token);

        Assert.Equal((Files + 1, 1), (answer.Plan.Index.Requests, most));
    }

    [Fact]
    public async Task With_index_files_missing_damaged_and_foreign_every_value_is_still_found()
    {
        await using var own = new TwentyFiles();
        await own.InitializeAsync();
        var store = own.Lake.Store;
        var files = await store.ListAsync($"{TwentyFiles.Table}/{FileIndexPath.Folder}/", null, Token).ToListAsync(Token);
        Assert.Equal(Files, files.Count);
        var contents = new List<byte[]>();
        foreach (var file in files)
            contents.Add((await store.ReadAsync(file.Path, Token))!);
        for (var number = 0; number < Files; number++)
        {
            var (path, content) = (files[number].Path, contents[number].ToArray());
            switch (number % 5)
            {
                case 0:
                    await store.DeleteAsync(path, Token);
                    break;
                case 1:
                    content[content.Length - 1 - number] ^= 64;
                    await store.PutAsync(path, content, Token);
                    break;
                case 2:
                    await store.PutAsync(path, content.AsMemory(0, content.Length / 2), Token);
                    break;
                case 3:
                    await store.PutAsync(path, contents[number - 1], Token);
                    break;
            }
        }

        for (var file = 0; file < Files; file++)
            for (var row = 1; row < RowsOfFile - 1; row += 9)
                Assert.Single((await own.Lake.QueryAsync(Request($"RayID = 'r-{file}-{row}'"), Token)).Rows);
        Assert.Equal(RowsOfFile - 2, (await own.Lake.QueryAsync(Request("ClientIP IN ('10.0.4.9', '10.99.0.1')"), Token)).Rows.Count);
        var nowhere = await own.Lake.QueryAsync(Request("RayID = 'r-nowhere'"), Token);
        Assert.Empty(nowhere.Rows);
        Assert.Equal(Files * 3 / 5, nowhere.Plan.Index.Unusable);
        Assert.InRange(nowhere.Plan.FilesRead, Files * 4 / 5, Files);
    }

    [Fact]
    public async Task A_store_that_does_not_give_the_index_gives_the_answer_all_the_same()
    {
        var store = new FaultyObjectStore(_lake.Store, call =>
            call.Path.Contains($"/{FileIndexPath.Folder}/", StringComparison.Ordinal) ? StoreFault.FailBefore : StoreFault.None);
        using var engine = _lake.NewEngine(store);

        var answer = await TestLake.QueryAsync(engine, Request("RayID = 'r-7-3'"), Token);

        Assert.Single(answer.Rows);
        Assert.Equal((Files, IndexPruner.SampleFiles), (answer.Plan.FilesRead, answer.Plan.Index.Unusable));
    }

    Task<TestAnswer> AskAsync(string condition) => TestLake.QueryAsync(_engine, Request(condition), Token);

    static QueryRequest Request(string condition) => new($"SELECT RayID FROM http_requests WHERE {condition} ORDER BY RayID", TestLake.Account, TestLake.Zone);

    /// <summary>A store that does something during each read of a side index.</summary>
    sealed class SlowIndexStore(IObjectStore inner, Func<Task> during) : IObjectStore
    {
        public string Root => inner.Root;

        public string? LocalPath(string path) => inner.LocalPath(path);

        public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

        public async Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken)
        {
            if (path.Contains(FileIndexPath.Folder, StringComparison.Ordinal))
                await during();
            return await inner.ReadRangeAsync(path, offset, length, cancellationToken);
        }

        public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) => inner.ReadSuffixAsync(path, length, cancellationToken);

        public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) => inner.HeadAsync(path, cancellationToken);

        public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.PutIfAbsentAsync(path, content, cancellationToken);

        public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
            inner.ListAsync(prefix, startAfter, cancellationToken);

        public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

        public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteManyAsync(paths, cancellationToken);
    }
}
