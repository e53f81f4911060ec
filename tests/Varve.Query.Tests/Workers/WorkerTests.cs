using System.Diagnostics;
using System.Globalization;
using Varve.Query.Formats;
using Varve.Query.Tests.Execution;
using Varve.Query.Workers;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Workers;

/// <summary>Queries in real processes of their own.</summary>
public sealed class WorkerTests
{
    /// <summary>One call of one function, which no interrupt stops.</summary>
    const string Stuck = "SELECT levenshtein(repeat('a', 500000), repeat('b', 500000) || a::VARCHAR) FROM range(1) AS t(a)";

    static readonly QueryLimits Limits = new() { EngineMemoryBytes = 512 << 20, ConcurrencyMax = 2, StopGrace = TimeSpan.FromMilliseconds(100) };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT * FROM http_requests ORDER BY RayID")]
    [InlineData("SELECT RayID, EdgeStartTimestamp, RequestHeaders, BotTags, BotDetectionIDs, JA4Signals, _extra, BotScore, CacheTieredFill FROM http_requests ORDER BY RayID")]
    [InlineData("SELECT date, count(*) AS n, sum(EdgeResponseBytes) AS s, avg(BotScore) AS a FROM http_requests GROUP BY date ORDER BY date")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = 'none'")]
    public async Task Where_a_query_ran_cannot_be_told_from_its_answer(string sql)
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", Enumerable.Range(0, 1_200).Select(Line), Token);
        using var apart = EngineOf(lake, Limits);

        var (here, there) = (await TextAsync(lake.Engine, sql), await TextAsync(apart, sql));

        Assert.Equal(here, there);
    }

    [Fact]
    public async Task A_fault_is_the_same_too()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", [Line(1)], Token);
        using var apart = EngineOf(lake, Limits with { AnswerBytesMax = 3 });

        var type = await Assert.ThrowsAsync<VarveException>(() => TextAsync(apart, "SELECT RayID::BIGINT FROM http_requests"));
        var size = await Assert.ThrowsAsync<VarveException>(() => TextAsync(apart, "SELECT ClientRequestURI FROM http_requests"));

        Assert.Equal((FaultKind.Invalid, "type_mismatch"), (type.Kind, type.Detail?.Code));
        Assert.Equal((FaultKind.LimitExceeded, "answer_too_large"), (size.Kind, size.Detail?.Code));
    }

    [Fact]
    public async Task A_worker_is_used_again_after_rows_faults_and_cancels()
    {
        using var gate = new PastTheGate(Limits with { StopGrace = TimeSpan.FromMinutes(1) }, workers: Workers(QueryIsolation.All));
        Assert.Equal(3, await gate.RowsAsync("SELECT a FROM range(3) AS t(a)", Token));
        var first = Assert.Single(gate.Light.Workers!.Idle);

        await Assert.ThrowsAsync<VarveException>(() => gate.RowsAsync("SELECT nope", Token));
        await (await gate.StartAsync(PastTheGate.EndlessRows, Token)).DisposeAsync();
        await (await gate.BeginAsync(PastTheGate.Endless, gate.Light, duration: null, Token)).DisposeAsync();

        Assert.Equal(1, await gate.RowsAsync("SELECT 1", Token));
        Assert.Equal([first], gate.Light.Workers.Idle);
    }

    [Fact]
    public async Task What_does_not_stop_is_killed_and_the_next_query_gets_a_new_worker()
    {
        using var gate = new PastTheGate(Limits, workers: Workers(QueryIsolation.All));

        var fault = await Assert.ThrowsAsync<VarveException>(() => gate.StartAsync(Stuck, gate.Light, TimeSpan.FromSeconds(2), Token));

        Assert.Equal((FaultKind.LimitExceeded, "timeout", 0), (fault.Kind, fault.Detail?.Code, gate.Light.GivenUp));
        Assert.Empty(gate.Light.Workers!.Idle);
        Assert.Equal(1, await gate.RowsAsync("SELECT 1", Token));
    }

    [Fact]
    public async Task A_worker_that_takes_too_much_memory_is_killed()
    {
        using var gate = new PastTheGate(Limits with { WorkerBytesMax = 400L << 20 }, workers: Workers(QueryIsolation.All));

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            gate.RowsAsync("SELECT a, approx_quantile(a, 0.5), approx_quantile(a + 1, 0.5) FROM range(5000000) AS t(a) GROUP BY a", Token));

        Assert.Equal((FaultKind.LimitExceeded, "out_of_memory"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains("400 MiB", fault.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0L), (await gate.RowsAsync("SELECT 1", Token), gate.TemporaryBytes));
    }

    [Fact]
    public async Task A_worker_that_dies_fails_its_query_and_no_other()
    {
        using var gate = new PastTheGate(Limits, workers: Workers(QueryIsolation.All));
        await gate.RowsAsync("SELECT 1", Token);
        var victim = Assert.Single(gate.Light.Workers!.Idle);
        await using var run = await gate.StartAsync(PastTheGate.EndlessRows, Token);
        await using var beside = await gate.StartAsync(PastTheGate.EndlessRows, Token);

        using (var process = Process.GetProcessById(victim))
            process.Kill();

        var fault = await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(run, Token));
        Assert.Equal((FaultKind.Internal, "engine_crashed"), (fault.Kind, fault.Detail?.Code));
        Assert.Equal(QueryState.Running, beside.State);
        await beside.DisposeAsync();
        Assert.Equal(1, await gate.RowsAsync("SELECT 1", Token));
    }

    [Fact]
    public async Task A_program_that_is_no_worker_fails_the_query_with_its_exit_code()
    {
        using var gate = new PastTheGate(Limits, workers: Workers(QueryIsolation.All, "die"));

        var fault = await Assert.ThrowsAsync<VarveException>(() => gate.RowsAsync("SELECT 1", Token));

        Assert.Equal("engine_crashed", fault.Detail?.Code);
        Assert.Contains("(7)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_nobody_needs_are_ended_and_so_are_all_with_the_engine()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var gate = new PastTheGate(Limits, clock, Workers(QueryIsolation.All));
        await gate.RowsAsync("SELECT 1", Token);
        using var first = Process.GetProcessById(Assert.Single(gate.Light.Workers!.Idle));

        clock.Advance(Limits.WorkerIdleMax);
        await first.WaitForExitAsync(Token);
        Assert.Empty(gate.Light.Workers.Idle);

        await gate.RowsAsync("SELECT 1", Token);
        using var second = Process.GetProcessById(Assert.Single(gate.Light.Workers.Idle));
        gate.Dispose();
        await second.WaitForExitAsync(Token);
    }

    [Fact]
    public async Task A_worker_whose_parent_is_gone_ends_in_the_middle_of_a_statement()
    {
        using var folder = new TemporaryFolder();
        var workers = Workers(QueryIsolation.All);
        using var process = Process.Start(new ProcessStartInfo(workers.Program, workers.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var messages = new MessageStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        messages.Write(WorkerMessageKind.Begin, writer => WorkerCodec.Write(writer, new WorkerEngine(256L << 20, 1L << 30, null, FilesGrow: false, folder.FullPath)));
        messages.Write(WorkerMessageKind.Run, writer => WorkerCodec.Write(writer, new Query.Execution.EngineRequest(Stuck, []) { RowsMax = null, AnswerBytesMax = 1 }));

        process.StandardInput.Close();

        await process.WaitForExitAsync(Token);
    }

    [Fact]
    public async Task Only_heavy_queries_run_apart_when_only_they_are_to()
    {
        using var gate = new PastTheGate(Limits, workers: Workers(QueryIsolation.Heavy));

        await using var heavy = await gate.StartAsync("SELECT 1", gate.Heavy, duration: null, Token);
        await PastTheGate.RowsAsync(heavy, Token);

        Assert.Null(gate.Light.Workers);
        Assert.NotNull(gate.Heavy.Workers);
    }

    static QueryWorkers Workers(QueryIsolation isolation, params string[] arguments) =>
        new(isolation, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Varve.Query.Worker.dll"), .. arguments]);

    static QueryEngine EngineOf(TestLake lake, QueryLimits limits) => new(
        lake.Store, lake.Datasets, limits, Path.Combine(lake.Folder, "apart"), TimeProvider.System, workers: Workers(QueryIsolation.All));

    static async Task<string> TextAsync(QueryEngine engine, string sql)
    {
        await using var run = await engine.RunAsync(new QueryRequest(sql, TestLake.Account), Token);
        using var text = new MemoryStream();
        await new NdjsonFormat().WriteAsync(run, text, Token);
        var columns = string.Join(", ", run.Columns.Select(column => $"{column.Name} {column.Type} {column.Field}"));
        return $"{columns}\n{System.Text.Encoding.UTF8.GetString(text.ToArray())}\n{run.Rows} {run.IsTruncated}";
    }

    static string Line(int row) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"EdgeStartTimestamp":"2026-04-0{{(row % 3) + 1}}T00:00:00.5Z","RayID":"é{{row}}","ClientRequestURI":"/a/{{row}}","RequestHeaders":{"x":"{{row}}","none":null},"BotTags":["a",null],"BotDetectionIDs":[1,null,{{row}}],"JA4Signals":{"n":1.5},"EdgeResponseBytes":9223372036854775807,"BotScore":{{row % 7}},"CacheTieredFill":true,"Other":"x"}""");
}
