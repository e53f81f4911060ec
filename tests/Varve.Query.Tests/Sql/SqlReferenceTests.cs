using System.Text.RegularExpressions;
using Varve.Query.Formats;
using Varve.Query.Sql;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>What docs/sql-reference.md shows is so, and what there is, it shows.</summary>
public sealed partial class SqlReferenceTests(DialectLake dialect) : IClassFixture<DialectLake>
{
    public static TheoryData<string, string> One => Of(SqlReference.LineKind.One);

    public static TheoryData<string, string> Four => Of(SqlReference.LineKind.Four);

    public static TheoryData<string, string> Statements => Of(SqlReference.LineKind.Statement);

    [Theory]
    [MemberData(nameof(One))]
    public async Task Over_one_record_it_gives(string expression, string expected)
    {
        var answer = await dialect.Lake.QueryAsync($"SELECT {expression} AS x FROM http_requests", TestContext.Current.CancellationToken);

        Assert.Equal(expected, Cell(answer.Value));
    }

    [Theory]
    [MemberData(nameof(Four))]
    public async Task Over_four_records_it_gives(string expression, string expected) =>
        Assert.Equal(expected, Cell((await AskAsync($"SELECT {expression} AS x FROM http_requests")).Value));

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_statement_gives(string sql, string expected)
    {
        var answer = await AskAsync(sql);

        Assert.Equal(expected, answer.Rows.Count == 0 ? "no rows" : string.Join(" | ", answer.Rows.Select(row => string.Join(", ", row.Select(Cell)))));
    }

    [Fact]
    public void Every_function_that_may_be_called_has_an_example()
    {
        var called = SqlReference.Lines.SelectMany(line => Word().Matches(line.Text)).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // The parser writes these for operators; count_star is count(*).
        string[] written = ["count_star", "like_escape", "ilike_escape", "not_like_escape", "not_ilike_escape"];
        Assert.Empty(FunctionList.Names.Distinct(StringComparer.OrdinalIgnoreCase).Except(called, StringComparer.OrdinalIgnoreCase).Except(written));
    }

    [Fact]
    public async Task The_page_is_made_from_the_examples()
    {
        var committed = Path.Combine(RepositoryFolders.Root, "docs", "sql-reference.md");

        if (Environment.GetEnvironmentVariable("VARVE_UPDATE") == "1")
            await File.WriteAllTextAsync(committed, SqlReference.Page(), TestContext.Current.CancellationToken);
        Assert.Equal(SqlReference.Page(), await File.ReadAllTextAsync(committed, TestContext.Current.CancellationToken));
    }

    Task<TestAnswer> AskAsync(string sql) =>
        dialect.Lake.QueryAsync(new QueryRequest(sql, TestLake.Account, DialectLake.Four), TestContext.Current.CancellationToken);

    static string Cell(object? value) => value is null ? "null" : ValueText.Text(value);

    static TheoryData<string, string> Of(SqlReference.LineKind kind)
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in SqlReference.Lines.Where(line => line.Kind == kind))
            rows.Add(line.Text, line.Answer);
        return rows;
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z_0-9]*")]
    private static partial Regex Word();
}
