using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Storage.Tests;

/// <summary>The decorators pass everything through: the contract holds over both.</summary>
public sealed class DecoratedObjectStoreTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } =
        new MeteredObjectStore(new RetryingObjectStore(new MemoryObjectStore(), new RetryOptions(), new FakeTimeProvider(), () => 0));
}

public sealed class MeteredObjectStoreTests
{
    readonly MemoryObjectStore _memory = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_and_bytes_are_counted_by_kind()
    {
        var store = new MeteredObjectStore(_memory);

        await store.PutAsync("f/a", new byte[10], Token);
        await store.PutIfAbsentAsync("f/b", new byte[7], Token);
        await store.PutIfAbsentAsync("f/b", new byte[7], Token);
        await store.ReadAsync("f/a", Token);
        await store.ReadAsync("f/none", Token);
        await store.ReadRangeAsync("f/a", 8, 5, Token);
        await store.ReadSuffixAsync("f/a", 3, Token);
        await store.HeadAsync("f/a", Token);
        await store.ListFoldersAsync("", Token);
        await store.ListAsync("", null, Token).FirstAsync(Token);
        await store.DeleteAsync("f/a", Token);
        await store.DeleteManyAsync(["f/b", "f/c"], Token);

        Assert.Equal(
            new Dictionary<StoreRequest, StoreUsage>
            {
                [StoreRequest.Read] = new(4, 0, 15),
                [StoreRequest.Head] = new(1, 0, 0),
                [StoreRequest.Put] = new(1, 0, 10),
                [StoreRequest.PutIfAbsent] = new(2, 0, 14),
                [StoreRequest.List] = new(2, 0, 0),
                [StoreRequest.Delete] = new(2, 0, 0),
            },
            store.Usage);
    }

    [Fact]
    public async Task Failures_are_counted_and_thrown_on()
    {
        var store = new MeteredObjectStore(new FaultyObjectStore(_memory, call => call.Number <= 2 ? StoreFault.FailBefore : StoreFault.None));

        await Assert.ThrowsAsync<VarveException>(() => store.ReadAsync("a", Token));
        await Assert.ThrowsAsync<VarveException>(() => store.ListAsync("", null, Token).ToListAsync(Token).AsTask());
        await store.ReadAsync("a", Token);

        Assert.Equal(new StoreUsage(2, 1, 0), store.Usage[StoreRequest.Read]);
        Assert.Equal(new StoreUsage(1, 1, 0), store.Usage[StoreRequest.List]);
    }

    [Fact]
    public async Task A_snapshot_does_not_change()
    {
        var store = new MeteredObjectStore(_memory);

        var before = store.Usage;
        await store.HeadAsync("a", Token);

        Assert.Equal(0, before[StoreRequest.Head].Calls);
        Assert.Equal(1, store.Usage[StoreRequest.Head].Calls);
    }

    [Fact]
    public async Task The_meter_gets_what_is_counted()
    {
        // Other tests' stores write to the same meter: this one's bytes are told by a size that no other has.
        const int size = 1_234_577;
        var seen = new List<(string Instrument, long Value, string? Operation)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Varve.Storage")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (seen)
                seen.Add((instrument.Name, value, tags[0].Value as string));
        });
        listener.Start();

        await new MeteredObjectStore(_memory).PutAsync("a", new byte[size], Token);

        lock (seen)
        {
            Assert.Contains(("varve.storage.bytes", size, "Put"), seen);
            Assert.Contains(("varve.storage.calls", 1, "Put"), seen);
        }
    }
}
