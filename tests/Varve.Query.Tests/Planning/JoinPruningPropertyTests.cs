using CsCheck;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Index;
using Varve.Query.Planning;
using Varve.Query.Sql;
using Varve.Query.Tests.Sql;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>
/// Random statements with joins, subqueries, WITH and set operations: what is answered from the files that the planner keeps for each table is
/// what is answered from all files, which the same statement reads when its conditions are taken from the planner.
/// </summary>
public sealed class JoinPruningPropertyTests : IAsyncLifetime
{
    const int Zones = 6;
    static readonly string[] Countries = ["US", "DE", "FR"];

    readonly TestLake _lake = new(flushRows: 3);
    readonly SqlParser _parser = new();

    public async ValueTask InitializeAsync()
    {
        var random = new Random(20260402);
        for (var zone = 0; zone < Zones; zone++)
            await _lake.IngestAsync(
                "http_requests", Enumerable.Range(0, random.Next(4, 18)).Select(row => Line(random, row)), TestContext.Current.CancellationToken, zone: $"zone{zone}");
    }

    public ValueTask DisposeAsync()
    {
        _parser.Dispose();
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Pruning_never_changes_an_answer()
    {
        var (read, total, rows, answers) = (0, 0, 0L, 0);
        var gate = new Gate(_parser, _lake.Datasets, new QueryLimits { RowsMax = 1_000_000 }, TimeProvider.System);
        var planner = new Planner(_lake.Store, _parser, new IndexPruner(new FileIndexReader(_lake.Store, new FileIndexLimits(), TimeProvider.System, NullLogger.Instance), new IndexPackReader(_lake.Store, new FileIndexLimits(), TimeProvider.System), readsMax: 4), cache: null);

        await Gen.Select(Gen.Int[0, Zones - 1], Gen.Int).SampleAsync(
            async (zone, seed) =>
            {
                var request = new QueryRequest(new RandomStatement(new Random(seed)).Write(), TestLake.Account, $"zone{zone}");
                var statement = await gate.CheckAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(Shape.Of(statement.Root), Shape.Of(_parser.Parse(_parser.Render(statement.Root))));
                var tables = new Dictionary<Datasets.Dataset, IReadOnlyList<ScopeTable>>();
                foreach (var dataset in statement.Scans.Select(scan => scan.Dataset).Distinct())
                    tables.Add(dataset, await _lake.Engine.Tables.FindAsync(dataset, TestLake.Account, request.Zone, TestContext.Current.CancellationToken));
                var pruned = await planner.PlanAsync(statement, request, tables, TestContext.Current.CancellationToken);
                foreach (var scan in statement.Scans)
                    scan.Predicates.Clear();
                var whole = await planner.PlanAsync(statement, request, tables, TestContext.Current.CancellationToken);

                var (answer, expected) = (Run(pruned.EngineSql), Run(whole.EngineSql));

                Assert.True(expected.SequenceEqual(answer), $"{request.Sql}\nin zone{zone} gives\n{string.Join('\n', answer)}\nin place of\n{string.Join('\n', expected)}");
                Assert.Equal(whole.FilesTotal, whole.FilesRead);
                Interlocked.Add(ref read, FilesOf(pruned.EngineSql));
                Interlocked.Add(ref total, FilesOf(whole.EngineSql));
                Interlocked.Add(ref rows, answer.Count);
                Interlocked.Add(ref answers, answer.Count > 0 ? 1 : 0);
            },
            iter: 400, threads: 2);

        Assert.InRange(read, 1, total * 9 / 10);
        Assert.NotEqual(0, rows);
        Assert.InRange(answers, 50, int.MaxValue);
    }

    static int FilesOf(string sql) => sql.Split(".parquet'").Length - 1;

    static List<string> Run(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET TimeZone='UTC'";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "-" : $"{reader.GetValue(column)}")));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    static string Line(Random random, int row)
    {
        var instant = new DateTime(2026, 4, 1).AddHours(random.Next(0, 72));
        return System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["EdgeStartTimestamp"] = $"{instant:yyyy-MM-dd'T'HH:mm:ss}Z",
            ["RayID"] = $"r{row:00}",
            ["ClientCountry"] = random.Next(4) == 0 ? null : Countries[random.Next(Countries.Length)],
            ["BotScore"] = random.Next(4) == 0 ? null : random.Next(0, 6),
            ["ClientASN"] = random.Next(3) == 0 ? null : random.Next(0, 6),
        });
    }
}
