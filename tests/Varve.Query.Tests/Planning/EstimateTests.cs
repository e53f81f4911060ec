using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>What is said of a statement before it runs, over twenty files that only the side index tells apart.</summary>
public sealed class EstimateTests(TwentyFiles files) : IClassFixture<TwentyFiles>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("BotScore < 0", 20, "Statistics leave out 20 of 20 files.")]
    [InlineData("BotScore = 3", 0, "In 20 the value lies between the least and the greatest.")]
    [InlineData("BotScore >= 0", 0, "In 20 it is so in every row.")]
    [InlineData("RayID = 'r-1-2'", 0, "The side index is asked of those that are left.")]
    [InlineData("ClientCountry = 'US'", 0, "The column has no side index")]
    [InlineData("lower(ClientIP) = 'x'", 0, "only comparisons of one column with constants")]
    [InlineData("BotScore = 1 OR BotScore = 2", 0, "only comparisons of one column with constants")]
    [InlineData("BotScore = 1.5", 0, "the value is of another type than the column")]
    public async Task Each_condition_says_what_it_leaves_out_and_why_not_more(string condition, int left, string why)
    {
        var estimate = await files.Lake.Engine.EstimateAsync(new QueryRequest($"SELECT RayID FROM http_requests WHERE {condition}", TestLake.Account), Token);

        var seen = Assert.Single(Assert.Single(estimate.Places).Conditions);
        Assert.Equal(left, seen.FilesLeftOut);
        Assert.Contains(why, seen.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_would_be_read_and_reads_nothing_of_it()
    {
        var request = new QueryRequest("SELECT ClientIP FROM http_requests WHERE RayID = 'r-1-2'", TestLake.Account) { To = new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero) };

        var estimate = await files.Lake.Engine.EstimateAsync(request, Token);

        Assert.Equal((20, 1, 0L, false, false), (estimate.FilesTotal, estimate.FilesRead, estimate.RequestsExpected, estimate.IsHeavy, estimate.IsCached));
        Assert.InRange(estimate.BytesExpected, 1, estimate.BytesTotal / 20);
        Assert.Equal(["ClientIP", "EdgeStartTimestamp", "RayID"], estimate.Places[0].Columns);
        Assert.Contains("(of the request)", estimate.Places[0].Conditions[0].Text, StringComparison.Ordinal);
        Assert.Contains(estimate.Places[0].Notes, note => note.StartsWith("The side index left out 19 files", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_gives_it_as_rows()
    {
        var answer = await files.Lake.QueryAsync("  explain SELECT RayID FROM http_requests WHERE BotScore = 3 ORDER BY EdgeStartTimestamp DESC LIMIT 5", Token);

        Assert.Equal(["step", "detail"], answer.Columns.Select(column => column.Name));
        Assert.Equal(["read", "condition", "table", "cost"], answer.Column(0));
        Assert.Contains("http_requests: 20 of 20 files, 3 columns (BotScore, EdgeStartTimestamp, RayID)", (string)answer.Rows[0][1]!, StringComparison.Ordinal);
        Assert.Contains("light", (string)answer.Rows[3][1]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_tells_of_shortcuts()
    {
        var counted = await files.Lake.QueryAsync("EXPLAIN SELECT count(*) FROM http_requests", Token);
        var newest = await files.Lake.QueryAsync("EXPLAIN SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 5", Token);

        Assert.Contains(counted.Rows, row => Equals(row[1], "The log tells all that is asked of 20 files with 600 rows: they are not read."));
        Assert.Contains(newest.Rows, row => Equals(row[1], "Only rows from 2026-04-01T00:00:00Z on are read, which hold the newest 5."));
    }

    [Fact]
    public async Task Errors_of_an_explained_statement_have_their_place_in_the_text()
    {
        const string Sql = "EXPLAIN SELECT Nope FROM http_requests";

        var fault = await Assert.ThrowsAsync<VarveException>(() => files.Lake.QueryAsync(Sql, Token));

        Assert.Equal(("unknown_column", Sql.IndexOf("Nope", StringComparison.Ordinal)), (fault.Detail!.Code, fault.Detail.Position));
    }

    [Fact]
    public async Task Answers_that_are_known_are_given_without_reading()
    {
        using var engine = files.Lake.NewEngine(files.Lake.Store, new QueryLimits { EngineMemoryBytes = 512 << 20 });
        var request = new QueryRequest("SELECT RayID AS Ray FROM http_requests WHERE BotScore = 3 ORDER BY RayID", TestLake.Account);

        var first = await RunAsync(request);
        var again = await RunAsync(request with { Sql = request.Sql.Replace("SELECT", "select ", StringComparison.Ordinal) });
        var other = await RunAsync(request with { To = new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero) });
        var export = await RunAsync(request with { IsExport = true });

        Assert.Equal((false, true, false, false), (first.IsFromCache, again.IsFromCache, other.IsFromCache, export.IsFromCache));
        Assert.Equal(first.Rows, again.Rows);
        Assert.Equal(20, first.Rows);
        Assert.True((await engine.EstimateAsync(request, Token)).IsCached);

        async Task<(bool IsFromCache, long Rows)> RunAsync(QueryRequest asked)
        {
            await using var run = await engine.RunAsync(asked, Token);
            await foreach (var block in run.ReadAsync(Token))
                Assert.All(block.Columns[0].Take(block.Count), Assert.NotNull);
            return (run.IsFromCache, run.Rows);
        }
    }

    [Fact]
    public async Task An_export_is_not_cut_at_the_row_limit()
    {
        using var engine = files.Lake.NewEngine(files.Lake.Store, new QueryLimits { EngineMemoryBytes = 512 << 20, RowsMax = 10 });
        var request = new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account);

        var cut = await TestLake.QueryAsync(engine, request, Token);
        var whole = await TestLake.QueryAsync(engine, request with { IsExport = true }, Token);
        var bounded = await TestLake.QueryAsync(engine, request with { Sql = "SELECT RayID FROM http_requests LIMIT 123", IsExport = true }, Token);

        Assert.Equal((10, true), (cut.Rows.Count, cut.IsTruncated));
        Assert.Equal((600, false, 123), (whole.Rows.Count, whole.IsTruncated, bounded.Rows.Count));
    }

    [Fact]
    public async Task An_export_has_a_bound_on_its_bytes()
    {
        using var engine = files.Lake.NewEngine(files.Lake.Store, new QueryLimits { EngineMemoryBytes = 512 << 20, ExportBytesMax = 1_000 });
        var request = new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account) { IsExport = true };

        var fault = await Assert.ThrowsAsync<VarveException>(() => TestLake.QueryAsync(engine, request, Token));

        Assert.Equal("answer_too_large", fault.Detail!.Code);
    }
}
