using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Delta.Actions;
using Varve.Ingest.Activity;
using Varve.Ingest.Lines;
using Varve.Ingest.Records;
using Varve.Storage;

namespace Varve.Ingest;

/// <summary>
/// One call's lines on their way into data files. Files are stored as they fill, which nobody sees before the commit; while one is
/// encoded the next is being read.
/// </summary>
sealed class IngestJob(
    IObjectStore store, IngestTarget target, DatasetCatalog catalog, TargetTables tables, IngestLimits limits, TimeProvider clock, IngestActivity activity)
{
    readonly List<RejectedLine> _rejectsShown = [];
    long _accepted;
    long _rejected;
    long _bytes;
    long _newestMicroseconds = long.MinValue;

    /// <summary>Counts of what was read, and the newest instant among the accepted.</summary>
    public sealed record Summary(long Accepted, long Rejected, long Bytes, IReadOnlyList<RejectedLine> Rejects, DateTimeOffset? Newest);

    public async Task<(IReadOnlyList<AddFile> Files, IReadOnlyList<AddFile> RejectFiles, Summary Summary)> ReadAsync(
        Stream input, CancellationToken cancellationToken)
    {
        var records = new TableSpool(store, tables.Records, target.Dataset, limits, clock);
        var rejects = new TableSpool(store, tables.Rejects, catalog.Rejects, limits, clock);
        try
        {
            await using var plain = await Gzip.DecompressAsync(input, cancellationToken);
            var lines = new LineReader(plain, limits);
            while (await lines.ReadAsync(cancellationToken))
            {
                _bytes += lines.LineBytes + 1;
                if (Take(records.Buffer, lines) is { } reason)
                    Reject(rejects.Buffer, lines, reason);
                await records.FlushWhenFullAsync(cancellationToken);
                await rejects.FlushWhenFullAsync(cancellationToken);
            }

            await rejects.FinishAsync(cancellationToken);
            await records.FinishAsync(cancellationToken);
        }
        catch
        {
            // Files of a call that failed belong to no version; what is still being written is let to its end.
            await Task.WhenAll(records.SettleAsync(), rejects.SettleAsync());
            throw;
        }

        return (records.Files, rejects.Files, new Summary(_accepted, _rejected, _bytes, _rejectsShown, Newest()));
    }

    string? Take(RecordBuffer records, LineReader lines)
    {
        if (lines.LineBytes > limits.LineBytesMax)
            return $"longer than {limits.LineBytesMax} bytes";
        var line = lines.Line.Span;
        if (line.Trim(" \t\r"u8).IsEmpty)
            return null;
        if (records.Append(line, ArrivalMicroseconds()) is { } reason)
            return reason;
        _accepted++;
        _newestMicroseconds = Math.Max(_newestMicroseconds, records.Timestamps[^1]);
        return null;
    }

    void Reject(RecordBuffer rejects, LineReader lines, string reason)
    {
        _rejected++;
        activity.Rejected(target, reason, lines.LineNumber);
        if (_rejectsShown.Count < limits.RejectsShownMax)
            _rejectsShown.Add(new RejectedLine(lines.LineNumber, reason));
        var kept = lines.Line.Span[..Math.Min(lines.Line.Length, limits.RejectedLineBytesMax)];
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("ReceivedAt", clock.GetUtcNow());
            writer.WriteString("Dataset", target.Dataset.Name);
            writer.WriteString("Source", target.Source);
            writer.WriteNumber("LineNumber", lines.LineNumber);
            writer.WriteString("Reason", reason);
            writer.WriteString("Line", Encoding.UTF8.GetString(kept));
            writer.WriteNumber("LineBytes", lines.LineBytes);
            writer.WriteEndObject();
        }

        rejects.Append(stream.ToArray(), ArrivalMicroseconds());
    }

    DateTimeOffset? Newest() => _accepted == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(_newestMicroseconds * TimeSpan.TicksPerMicrosecond);

    long ArrivalMicroseconds() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
