using System.Reflection;
using Varve.Query.Tests.Execution;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>What is hostile in any shape of statement, while another query goes on.</summary>
public sealed class HostileCorpusTests
{
    const int RowsStored = 4_000;

    static readonly string[] CodesOfRefusals =
    [
        "syntax", "not_a_select", "unknown_dataset", "unknown_column", "unknown_function", "not_allowed", "too_complex", "type_mismatch",
    ];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_refused_with_a_clear_error_and_a_query_beside_them_goes_on()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", Enumerable.Range(0, RowsStored).Select(Line), Token);
        await lake.IngestAsync("http_requests", [HostileLake.OthersLine], Token, account: "other", zone: "other.com");
        await using var beside = await lake.Engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account), Token);
        var before = lake.Listing();
        var wrong = new List<string>();

        foreach (var sql in Statements())
            if (await Record.ExceptionAsync(() => lake.QueryAsync(sql, Token)) is var fault && !IsRefusal(fault))
                wrong.Add($"{sql}: {fault?.GetType().Name ?? "it ran"} {fault?.Message}");

        Assert.Empty(wrong);
        Assert.Equal(before, lake.Listing());
        Assert.Equal(RowsStored, await PastTheGate.RowsAsync(beside, Token));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Path.GetTempPath()), path => path.Contains("varve-hostile", StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_enough_of_them() => Assert.InRange(Statements().Distinct().Count(), 170, int.MaxValue);

    static bool IsRefusal(Exception? fault) =>
        fault is VarveException { Kind: FaultKind.Invalid, Message.Length: > 10, Detail.Code: var code } && CodesOfRefusals.Contains(code);

    static string Line(int row) => $$"""{"EdgeStartTimestamp":"2026-04-01T10:00:00Z","RayID":"r{{row}}","ClientIP":"192.0.2.1","ClientRequestURI":"/aaa","BotTags":["a"],"Other":1}""";

    static List<string> Statements()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("hostile-corpus.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
