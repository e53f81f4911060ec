using System.Security.Cryptography;
using System.Text;

namespace Varve.Query.Files;

/// <summary>The file beside a sparse file that says which of its bytes are there. It is written after them, and gone while more are being written.</summary>
static class CacheMap
{
    public const string Suffix = ".map";
    public const string TemporarySuffix = ".tmp";

    const string Form = "varve cache map 1";
    const int BytesMax = 64 << 20;

    /// <summary>Writes the map of a file whose bytes are on the disk.</summary>
    public static void Write(CachedFile file, IReadOnlyList<FileRange> ranges)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Form);
            writer.Write(file.Path);
            writer.Write(file.SizeBytes);
            writer.Write(file.Tag ?? "");
            writer.Write(ranges.Count);
            foreach (var range in ranges)
            {
                writer.Write(range.Start);
                writer.Write(range.Length);
            }
        }

        content.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        var target = file.LocalPath + Suffix;
        using (var stream = new FileStream(target + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content.GetBuffer(), 0, (int)content.Length);
            stream.Flush(flushToDisk: true);
        }

        File.Move(target + TemporarySuffix, target, overwrite: true);
    }

    /// <summary>The file that a sparse file and its map describe; null when they do not fit together, or are damaged.</summary>
    public static CachedFile? Read(string localPath)
    {
        var map = new FileInfo(localPath + Suffix);
        if (!map.Exists || map.Length is <= SHA256.HashSizeInBytes or > BytesMax)
            return null;
        var content = File.ReadAllBytes(map.FullName);
        var body = content.AsSpan(0, content.Length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(content.AsSpan(body.Length)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(content, 0, body.Length));
        if (reader.ReadString() != Form)
            return null;
        var file = new CachedFile(reader.ReadString(), reader.ReadInt64(), localPath) { Tag = reader.ReadString(), IsUnmapped = false };
        var local = new FileInfo(localPath);
        if (!local.Exists || local.Length != file.SizeBytes)
            return null;
        for (var left = reader.ReadInt32(); left > 0; left--)
            file.Present.Add(new FileRange(reader.ReadInt64(), reader.ReadInt64()));
        return file;
    }
}
