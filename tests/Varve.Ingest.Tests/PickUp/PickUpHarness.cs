using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest.PickUp;
using Varve.Ingest.PickUp.Claims;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.PickUp;

/// <summary>A source, a destination and a clock that passes as fast as the jobs allow.</summary>
sealed class PickUpHarness
{
    const string JobRoot = "accounts/acme/_jobs/nightly/";
    int _processes;

    public PickUpHarness() => (Source, Destination) = (new MemoryObjectStore(Clock), new MemoryObjectStore(Clock));

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public MemoryObjectStore Source { get; }

    public MemoryObjectStore Destination { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static PickUpOptions Options { get; } = new("nightly", "memory://", IngestHarness.Target());

    public static byte[] Lines(params string[] rays) => Encoding.UTF8.GetBytes(string.Concat(rays.Select(ray =>
        $$"""{"RayID":"{{ray}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""" + "\n")));

    public Task PutAsync(string path, byte[] content) => Source.PutAsync(path, content, Token);

    /// <summary>A job as a process of its own would run it; with isGoneLater others of this machine find no such process, as after it was killed.</summary>
    public PickUpJob Job(PickUpOptions? options = null, IObjectStore? destination = null, IObjectStore? source = null, bool isGoneLater = false, int seed = 1)
    {
        var number = ++_processes;
        var me = WorkerIdentity.OfThisProcess($"{number}");
        if (isGoneLater)
            me = me with { ProcessId = int.MaxValue - number };
        var store = destination ?? Destination;
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions { Clock = Clock });
        return new PickUpJob(options ?? Options, source ?? Source, store, pipeline, Clock, new Random(seed).NextDouble, me);
    }

    /// <summary>Runs a job to its end; time passes as long as it waits.</summary>
    public Task<PickUpReport> RunAsync(PickUpOptions? options = null) => PassTimeAsync(Job(options).RunAsync(Token));

    public async Task<T> PassTimeAsync<T>(Task<T> running)
    {
        while (!running.IsCompleted)
        {
            // Work that needs no time gets its turn before time passes.
            await Task.WhenAny(running, Task.Delay(2, Token));
            if (!running.IsCompleted)
                Clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        return await running;
    }

    /// <summary>The Ray IDs in the table, sorted.</summary>
    public async Task<IReadOnlyList<string>> RaysAsync()
    {
        var rays = new List<string>();
        if (await DeltaTable.OpenAsync(Destination, "accounts/acme/zones/shop/http_requests", null, null, Token) is { } table)
            await foreach (var batch in table.Scan(table.Latest, ["RayID"]).ReadAsync(Token))
            {
                var column = (StringArray)batch.Column(0);
                rays.AddRange(Enumerable.Range(0, column.Length).Select(row => column.GetString(row)));
            }

        rays.Sort(StringComparer.Ordinal);
        return rays;
    }

    public async Task<IReadOnlyList<string>> JobFilesAsync(string folder) =>
        await Destination.ListAsync($"{JobRoot}{folder}/", null, Token).Select(info => info.Path[JobRoot.Length..]).ToListAsync(Token);

    public async Task<JsonElement> ReadJsonAsync(string path) => JsonDocument.Parse((await Destination.ReadAsync(JobRoot + path, Token))!).RootElement;
}
