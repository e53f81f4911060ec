using System.IO.Compression;
using Varve.Generator;

namespace Varve.Load;

/// <summary>Bodies as Logpush sends them: so many records each, gzip, no two the same.</summary>
sealed class SentBodies
{
    readonly List<(byte[] Content, int Bytes)> _bodies = [];

    public SentBodies(int count, int records)
    {
        using var lines = new MemoryStream();
        var generator = new TrafficGenerator(new TrafficOptions { Requests = (long)count * records, Seed = 11, Start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) });
        generator.Write(TrafficDataset.HttpRequests, lines, CancellationToken.None);
        Records = records;
        var all = lines.GetBuffer().AsSpan(0, (int)lines.Length);
        for (var body = 0; body < count; body++)
        {
            var end = 0;
            for (var record = 0; record < records; record++)
                end += all[end..].IndexOf((byte)'\n') + 1;
            _bodies.Add((Compress(all[..end]), end));
            all = all[end..];
        }
    }

    public int Count => _bodies.Count;

    /// <summary>Records of each.</summary>
    public int Records { get; }

    /// <summary>A body, and its size before compression.</summary>
    public (byte[] Content, int Bytes) this[int index] => _bodies[index % _bodies.Count];

    static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(lines);
        return output.ToArray();
    }
}
