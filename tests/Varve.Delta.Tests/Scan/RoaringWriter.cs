using System.Buffers.Binary;

namespace Varve.Delta.Tests.Scan;

/// <summary>Writes deletion vectors in the portable form, plainly, to compare the reader with.</summary>
static class RoaringWriter
{
    public static byte[] Write(IEnumerable<long> rows, bool runs)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var bitmaps = rows.Distinct().Order().GroupBy(row => (int)(row >> 32)).ToList();
        writer.Write(1681511377);
        writer.Write((long)bitmaps.Count);
        foreach (var bitmap in bitmaps)
        {
            writer.Write(bitmap.Key);
            var containers = bitmap.GroupBy(row => (ushort)(row >> 16), row => (ushort)row).Select(group => (group.Key, Rows: group.ToList())).ToList();
            if (runs)
            {
                writer.Write(12347 | ((containers.Count - 1) << 16));
                // Every second container is written as runs.
                var flags = new byte[(containers.Count + 7) / 8];
                for (var i = 0; i < containers.Count; i += 2)
                    flags[i / 8] |= (byte)(1 << (i % 8));
                writer.Write(flags);
            }
            else
            {
                writer.Write(12346);
                writer.Write(containers.Count);
            }

            foreach (var (key, members) in containers)
            {
                writer.Write(key);
                writer.Write((ushort)(members.Count - 1));
            }

            if (!runs || containers.Count >= 4)
                writer.Write(new byte[4 * containers.Count]);
            for (var i = 0; i < containers.Count; i++)
                WriteContainer(writer, containers[i].Rows, asRuns: runs && i % 2 == 0);
        }

        return stream.ToArray();
    }

    /// <summary>A file of the vectors, each with size and checksum around it, and where each starts.</summary>
    public static (byte[] Content, List<int> Offsets) WriteFile(params ReadOnlySpan<byte[]> vectors)
    {
        var content = new List<byte> { 1 };
        var offsets = new List<int>();
        var word = new byte[4];
        foreach (var vector in vectors)
        {
            offsets.Add(content.Count);
            BinaryPrimitives.WriteInt32BigEndian(word, vector.Length);
            content.AddRange(word);
            content.AddRange(vector);
            BinaryPrimitives.WriteUInt32BigEndian(word, Varve.Delta.Scan.Crc32.Of(vector));
            content.AddRange(word);
        }

        return ([.. content], offsets);
    }

    static void WriteContainer(BinaryWriter writer, List<ushort> rows, bool asRuns)
    {
        if (asRuns)
        {
            var runs = new List<(ushort Start, ushort End)>();
            foreach (var row in rows)
                if (runs.Count > 0 && runs[^1].End + 1 == row)
                    runs[^1] = (runs[^1].Start, row);
                else
                    runs.Add((row, row));
            writer.Write((ushort)runs.Count);
            foreach (var (start, end) in runs)
            {
                writer.Write(start);
                writer.Write((ushort)(end - start));
            }
        }
        else if (rows.Count <= 4096)
        {
            foreach (var row in rows)
                writer.Write(row);
        }
        else
        {
            var bits = new byte[8192];
            foreach (var row in rows)
                bits[row / 8] |= (byte)(1 << (row % 8));
            writer.Write(bits);
        }
    }
}
