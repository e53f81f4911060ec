using Varve.Cli.Terminal;
using Varve.Ingest;

namespace Varve.Cli.Ingesting;

/// <summary>How far an ingest of files is. Safe to use from many threads.</summary>
/// <param name="filesTotal">Files in all.</param>
/// <param name="bytesTotal">Bytes in all; null when one of them is standard input.</param>
/// <param name="clock">The clock.</param>
sealed class IngestMeter(int filesTotal, long? bytesTotal, TimeProvider clock) : IProgress<IngestProgress>
{
    readonly long _started = clock.GetTimestamp();
    long _bytes;
    long _bytesBefore;
    long _records;
    long _recordsBefore;
    int _file;

    /// <summary>Bytes read, those of the present attempt only of the present file.</summary>
    public long Bytes => Interlocked.Read(ref _bytesBefore) + Interlocked.Read(ref _bytes);

    public void Begin()
    {
        Interlocked.Increment(ref _file);
        Restart();
    }

    /// <summary>The present file is sent again from its beginning.</summary>
    public void Restart() => Interlocked.Exchange(ref _bytes, 0);

    public void Read(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>The pipeline tells of the present file.</summary>
    public void Report(IngestProgress value) => Interlocked.Exchange(ref _records, value.Records);

    public void End(IngestOutcome outcome)
    {
        Interlocked.Add(ref _recordsBefore, outcome.Accepted + outcome.Rejected + outcome.Filtered);
        Interlocked.Exchange(ref _records, 0);
        Interlocked.Add(ref _bytesBefore, Interlocked.Exchange(ref _bytes, 0));
    }

    public string Text(int width)
    {
        var (bytes, records) = (Bytes, Interlocked.Read(ref _recordsBefore) + Interlocked.Read(ref _records));
        var seconds = Math.Max(0.001, clock.GetElapsedTime(_started).TotalSeconds);
        var share = bytesTotal is > 0 ? Math.Min(1, (double)bytes / bytesTotal.Value) : (double?)null;
        var left = share is > 0.01 and < 1 ? $"{Amounts.Duration(TimeSpan.FromSeconds(seconds * (1 - share.Value) / share.Value))} left" : "";
        return ProgressText.Line(
            share,
            [
                bytesTotal is null ? Amounts.Bytes(bytes) : $"{Amounts.Bytes(bytes)} of {Amounts.Bytes(bytesTotal.Value)}",
                $"{Amounts.Bytes(bytes / seconds)}/s",
                left,
                records > 0 ? Amounts.Count(records, "record") : "",
                filesTotal > 1 ? $"file {Math.Max(1, Volatile.Read(ref _file))} of {filesTotal}" : "",
            ],
            width);
    }
}
