using System.Reflection;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

public sealed class HostileStatementTests(HostileLake hostile) : IClassFixture<HostileLake>
{
    static readonly string[] CodesAllowed =
    [
        "syntax", "not_a_select", "unknown_dataset", "unknown_column", "ambiguous_column", "unknown_function", "not_allowed", "too_complex", "type_mismatch", "parameter",
    ];

    public static TheoryData<string, string> Statements()
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in Lines())
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            rows.Add(line[..blank], line[(blank + 1)..]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_hostile_statement_is_refused_before_it_runs(string code, string sql)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => hostile.Lake.QueryAsync(sql, TestContext.Current.CancellationToken));

        Assert.Equal(code, fault.Detail?.Code);
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(code, CodesAllowed);
    }

    [Fact]
    public async Task After_all_of_them_no_file_has_changed_and_the_engine_still_answers()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", [HostileLake.Line], TestContext.Current.CancellationToken);
        await lake.IngestAsync("http_requests", [HostileLake.OthersLine], TestContext.Current.CancellationToken, account: "other");
        var before = lake.Listing();

        foreach (var line in Lines())
            await Assert.ThrowsAsync<VarveException>(() =>
                lake.QueryAsync(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], TestContext.Current.CancellationToken));

        Assert.Equal(before, lake.Listing());
        Assert.Equal("ours", (await lake.QueryAsync("SELECT RayID FROM http_requests", TestContext.Current.CancellationToken)).Value);
        Assert.False(File.Exists("/tmp/varve-out.csv"));
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.InRange(Lines().Count, 250, int.MaxValue);

    static List<string> Lines()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("hostile-statements.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
