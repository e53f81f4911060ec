namespace Varve.Ingest.Activity;

/// <summary>What ingest holds and does at this moment. Safe to use from many threads.</summary>
public sealed class IngestGauges
{
    long _bytesHeld;
    long _bytesLimit;
    long _waiting;
    long _inFlight;
    long _refused;

    /// <summary>Bytes of memory that batches on their way hold.</summary>
    public long BytesHeld => Interlocked.Read(ref _bytesHeld);

    /// <summary>Bytes that they may hold together; 0 when there is no limit.</summary>
    public long BytesLimit => Interlocked.Read(ref _bytesLimit);

    /// <summary>Batches that wait for memory.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Batches that were begun and are not answered.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Batches that were refused since there was no room: 429.</summary>
    public long Refused429 => Interlocked.Read(ref _refused);

    /// <summary>Memory was taken, or with a negative number given back.</summary>
    internal void Hold(long bytes)
    {
        Interlocked.Add(ref _bytesHeld, bytes);
        Telemetry.Memory.Add(bytes);
    }

    internal void Limit(long bytes) => Interlocked.Exchange(ref _bytesLimit, bytes);

    /// <summary>A batch begins to wait: 1, or ends waiting: -1.</summary>
    internal void Wait(int change) => Interlocked.Add(ref _waiting, change);

    internal void Refuse()
    {
        Interlocked.Increment(ref _refused);
        Telemetry.Refused.Add(1);
    }

    /// <summary>A batch is on its way until what this gives is disposed of.</summary>
    internal Flight Enter()
    {
        Interlocked.Increment(ref _inFlight);
        Telemetry.InFlight.Add(1);
        return new Flight(this);
    }

    /// <summary>One batch on its way.</summary>
    internal readonly struct Flight(IngestGauges gauges) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref gauges._inFlight);
            Telemetry.InFlight.Add(-1);
        }
    }
}
