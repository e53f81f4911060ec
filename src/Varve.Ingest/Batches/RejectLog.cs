using System.Text;
using System.Text.Json;
using Varve.Ingest.Lines;
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
    public byte[] Note(Block block, int start, int end, long line, string reason, DateTimeOffset now)
    {
        lock (_lock)
        {
            Count++;
            _shown[line] = new RejectedLine(line, reason);
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
            writer.WriteNumber("LineNumber", line);
            writer.WriteString("Reason", reason);
            // A line that cannot be read may hold what is to be redacted.
            if (!settings.Redacts)
                writer.WriteString("Line", Encoding.UTF8.GetString(block.Bytes.AsSpan(start, Math.Min(end - start, limits.RejectedLineBytesMax))));
            writer.WriteNumber("LineBytes", block.LongLineBytes ?? end - start);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        stream.SetLength(stream.Length + JsonBytes.Padding);
        return stream.ToArray();
    }
}
