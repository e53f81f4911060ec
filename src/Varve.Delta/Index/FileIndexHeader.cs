using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Varve.Delta.Index;

/// <summary>The header of an index file: which data file it is of, and where the filter of which column lies. docs/data-layout.md has its form.</summary>
/// <param name="SizeBytes">Bytes of the index file.</param>
/// <param name="HeaderBytes">Bytes of the header.</param>
/// <param name="Filters">The columns.</param>
sealed record FileIndexHeader(long SizeBytes, int HeaderBytes, IReadOnlyList<FilterLayout> Filters)
{
    /// <summary>Bytes from which on <see cref="HeaderLength"/> can tell.</summary>
    public const int FixedBytes = 40;

    const int Version = 1;
    const int ColumnFixedBytes = 24;
    const int ChecksumBytes = sizeof(ulong);

    static ReadOnlySpan<byte> Magic => "VARVEIDX"u8;

    /// <summary>The filter of a column, or null.</summary>
    public FilterLayout? Find(string column)
    {
        foreach (var filter in Filters)
            if (filter.Column == column)
                return filter;
        return null;
    }

    /// <summary>Bytes of the header that begins so; null when it is no such header.</summary>
    public static int? HeaderLength(ReadOnlySpan<byte> start, FileIndexLimits limits)
    {
        if (start.Length < FixedBytes || !start.StartsWith(Magic) || Int(start, 8) != Version)
            return null;
        var length = Int(start, 12);
        return length >= FixedBytes + ChecksumBytes && length <= limits.HeaderBytesMax ? length : null;
    }

    /// <summary>Reads a header; null when it is damaged, or that of another data file.</summary>
    /// <param name="header">As many bytes as <see cref="HeaderLength"/> says.</param>
    /// <param name="dataFile">The path of the data file relative to the table's folder.</param>
    /// <param name="dataFileBytes">Its size.</param>
    /// <param name="limits">What it may hold.</param>
    public static FileIndexHeader? Read(ReadOnlySpan<byte> header, string dataFile, long dataFileBytes, FileIndexLimits limits)
    {
        var body = header[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[body.Length..]) != XxHash64.HashToUInt64(body))
            return null;
        var (size, columns, nameLength) = (Long(header, 16), Int(header, 32), Int(header, 36));
        if (Long(header, 24) != dataFileBytes || columns < 0 || columns > limits.ColumnsMax || nameLength < 0 || nameLength > body.Length - FixedBytes
            || !body.Slice(FixedBytes, nameLength).SequenceEqual(Encoding.UTF8.GetBytes(dataFile)))
            return null;
        var at = FixedBytes + nameLength;
        var filters = new List<FilterLayout>(columns);
        for (var column = 0; column < columns; column++)
        {
            if (body.Length - at < ColumnFixedBytes)
                return null;
            var (values, offset, blocks, length) = (Long(body, at), Long(body, at + 8), Int(body, at + 16), Int(body, at + 20));
            at += ColumnFixedBytes;
            if (length < 0 || length > body.Length - at || blocks < 0 || (long)blocks * BloomFilter.BlockBytes > limits.FilterBytesMax
                || offset < header.Length || offset > size - FilterLayout.SizeOf(blocks))
                return null;
            var name = Encoding.UTF8.GetString(body.Slice(at, length));
            at += length;
            filters.Add(new FilterLayout(name, values, offset, blocks, FilterLayout.SeedOf(name, blocks, dataFileBytes)));
        }

        return at == body.Length ? new FileIndexHeader(size, header.Length, filters) : null;
    }

    /// <summary>Bytes of the header of these columns.</summary>
    public static int LengthOf(string dataFile, IEnumerable<string> columns) =>
        FixedBytes + Encoding.UTF8.GetByteCount(dataFile) + columns.Sum(column => ColumnFixedBytes + Encoding.UTF8.GetByteCount(column)) + ChecksumBytes;

    /// <summary>Writes the header.</summary>
    /// <param name="target">Of <see cref="HeaderBytes"/>.</param>
    /// <param name="dataFile">The path of the data file relative to the table's folder.</param>
    /// <param name="dataFileBytes">Its size.</param>
    public void Write(Span<byte> target, string dataFile, long dataFileBytes)
    {
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], SizeBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], dataFileBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], Filters.Count);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], Encoding.UTF8.GetByteCount(dataFile));
        var at = FixedBytes + Encoding.UTF8.GetBytes(dataFile, target[FixedBytes..]);
        foreach (var filter in Filters)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target[at..], filter.Values);
            BinaryPrimitives.WriteInt64LittleEndian(target[(at + 8)..], filter.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(target[(at + 16)..], filter.Blocks);
            BinaryPrimitives.WriteInt32LittleEndian(target[(at + 20)..], Encoding.UTF8.GetByteCount(filter.Column));
            at += ColumnFixedBytes;
            at += Encoding.UTF8.GetBytes(filter.Column, target[at..]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(target[at..], XxHash64.HashToUInt64(target[..at]));
    }

    static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
