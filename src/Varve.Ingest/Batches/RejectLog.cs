using System.Text;
using System.Text.Json;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Batches;

/// <summary>The lines of a batch that are no records: as records of the rejects, and the first few to show. Safe for several threads.</summary>
sealed class RejectLog(IngestTarget target, int shownMax, IngestLimits limits, IngestSettings settings)
{
    readonly Lock _lock = new();
    readonly SortedList<long, RejectedLine> _shown = [];

    /// <summary>Lines so far.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, by line.</summary>
    public IReadOnlyList<RejectedLine> Shown
    {
        get
        {
            lock (_lock)
                return [.. _shown.Values];
        }
    }

    /// <summary>Notes a line, and gives the record of it as a line for the rejects.</summary>
    public byte[] Note(in Rejected line, DateTimeOffset now)
    {
        lock (_lock)
        {
            Count++;
            _shown[line.Line] = new RejectedLine(line.Line, line.Reason);
            if (_shown.Count > shownMax)
                _shown.RemoveAt(_shown.Count - 1);
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("ReceivedAt", now);
            writer.WriteString("Dataset", target.Dataset.Name);
            writer.WriteString("Source", target.Source);
            writer.WriteNumber("LineNumber", line.Line);
            writer.WriteString("Reason", line.Reason);
            // A line that cannot be read may hold what is to be redacted.
            if (!settings.Redacts)
                writer.WriteString("Line", Encoding.UTF8.GetString(line.Text[..Math.Min(line.Text.Length, limits.RejectedLineBytesMax)]));
            writer.WriteNumber("LineBytes", line.Bytes);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        stream.SetLength(stream.Length + JsonBytes.Padding);
        return stream.ToArray();
    }
}

/// <summary>A line that is no record.</summary>
/// <param name="line">Its number.</param>
/// <param name="reason">Why not.</param>
/// <param name="text">Its text, or the first part of it.</param>
/// <param name="bytes">Its size.</param>
readonly ref struct Rejected(long line, string reason, ReadOnlySpan<byte> text, long bytes)
{
    public long Line { get; } = line;

    public string Reason { get; } = reason;

    public ReadOnlySpan<byte> Text { get; } = text;

    public long Bytes { get; } = bytes;
}
