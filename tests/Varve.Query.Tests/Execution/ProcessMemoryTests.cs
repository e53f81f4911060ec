using System.Globalization;
using Varve.Query.Execution;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>What these tests look at is the memory of the whole process: nothing else may run.</summary>
[CollectionDefinition(nameof(ProcessMemoryTests), DisableParallelization = true)]
[Collection(nameof(ProcessMemoryTests))]
public sealed class ProcessMemoryTests
{
    const int Rows = 120_000;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_memory_of_this_process_is_known()
    {
        var before = ProcessMemory.ResidentBytes();
        var held = GC.AllocateUninitializedArray<byte>(64 << 20);
        for (var page = 0; page < held.Length; page += 4096)
            held[page] = 1;

        Assert.InRange(before, 10L << 20, 1L << 40);
        Assert.InRange(ProcessMemory.ResidentBytes() - before, 32L << 20, 1L << 40);
        GC.KeepAlive(held);
    }

    /// <summary>The engine does not count the states of quantiles: its own limit never bites.</summary>
    [Fact]
    public async Task Quantiles_of_very_many_groups_are_stopped_and_what_they_held_comes_back()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", Enumerable.Range(0, Rows).Select(Line), Token);
        var before = ProcessMemory.ResidentBytes();
        var limits = new QueryLimits { EngineMemoryBytes = 512 << 20, ResidentBytesMax = before + (300L << 20), MemoryLookEvery = TimeSpan.FromMilliseconds(20) };
        using var engine = new QueryEngine(lake.Store, lake.Datasets, limits, Path.Combine(lake.Folder, "watched"), TimeProvider.System);
        string[] fields = ["ClientSrcPort", "EdgeResponseStatus", "EdgeResponseBytes", "ClientRequestBytes", "OriginResponseStatus", "BotScore", "ClientASN", "WAFAttackScore"];
        var quantiles = string.Join(", ", fields.Select(field => $"approx_percentile_cont({field}, 0.5)"));

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            engine.RunAsync(new QueryRequest($"SELECT RayID, {quantiles} FROM http_requests GROUP BY RayID", TestLake.Account), Token));

        Assert.Equal((FaultKind.LimitExceeded, "out_of_memory"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains("the process held more than", fault.Message, StringComparison.Ordinal);
        await ComesBackAsync(engine, before + (100L << 20));
        await using var next = await engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests LIMIT 7", TestLake.Account), Token);
        Assert.Equal(7, await PastTheGate.RowsAsync(next, Token));
    }

    /// <summary>The engine's allocator and the collector give memory back while something goes on; in a process where nothing does they keep it.</summary>
    static async Task ComesBackAsync(QueryEngine engine, long bytes)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (ProcessMemory.ResidentBytes() is var held && held > bytes)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(1), $"the process still holds {held >> 20} MiB, {(held - bytes) >> 20} too many");
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            await using var run = await engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests LIMIT 3", TestLake.Account), Token);
            await PastTheGate.RowsAsync(run, Token);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    static string Line(int row) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"{{row:x16}}","ClientSrcPort":{{row % 60_000}},"EdgeResponseStatus":200,"EdgeResponseBytes":{{row}},"ClientRequestBytes":{{row}},"OriginResponseStatus":200,"BotScore":{{row % 99}},"ClientASN":{{row % 5_000}},"WAFAttackScore":{{row % 99}}}""");
}
