using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>A file of a pack.</summary>
/// <param name="Path">The data file's path relative to the table's folder, decoded.</param>
/// <param name="SizeBytes">The data file's size.</param>
sealed record PackedFile(string Path, long SizeBytes);

/// <summary>
/// The side indexes of many data files in one file, laid out so that one value is looked for in all of them by one read. docs/data-layout.md has
/// its form. This is its header.
/// </summary>
/// <param name="SizeBytes">Bytes of the pack.</param>
/// <param name="Files">The data files.</param>
/// <param name="Columns">The columns.</param>
sealed record IndexPack(long SizeBytes, IReadOnlyList<PackedFile> Files, IReadOnlyList<PackColumn> Columns)
{
    /// <summary>Bytes from which on <see cref="HeaderLength"/> can tell.</summary>
    public const int FixedBytes = 32;

    const int Version = 1;
    const int FileFixedBytes = 12;
    const int ColumnFixedBytes = 12;
    const int ChecksumBytes = sizeof(ulong);

    static ReadOnlySpan<byte> Magic => "VARVEPAK"u8;

    /// <summary>The column, or null.</summary>
    public PackColumn? Find(string column) => Columns.FirstOrDefault(each => each.Name == column);

    /// <summary>Bytes of the header that begins so; null when it is no such header.</summary>
    public static int? HeaderLength(ReadOnlySpan<byte> start, FileIndexLimits limits)
    {
        if (start.Length < FixedBytes || !start.StartsWith(Magic) || BinaryPrimitives.ReadInt32LittleEndian(start[8..]) != Version)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(start[12..]);
        return length >= FixedBytes + ChecksumBytes && length <= limits.PackHeaderBytesMax ? length : null;
    }

    /// <summary>Reads a header; null when it is damaged.</summary>
    /// <param name="header">As many bytes as <see cref="HeaderLength"/> says.</param>
    /// <param name="limits">What it may hold.</param>
    public static IndexPack? Read(ReadOnlySpan<byte> header, FileIndexLimits limits)
    {
        var body = header[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[body.Length..]) != XxHash64.HashToUInt64(body))
            return null;
        var reader = new Reader(body[16..]);
        var (size, fileCount, columnCount) = (reader.Long(), reader.Int(), reader.Int());
        if (fileCount < 0 || fileCount > limits.PackFilesMax || columnCount < 0 || columnCount > limits.ColumnsMax)
            return null;
        var files = new List<PackedFile>(fileCount);
        for (var file = 0; file < fileCount; file++)
            files.Add(ReadFile(ref reader));
        var columns = new List<PackColumn>(columnCount);
        for (var column = 0; column < columnCount; column++)
        {
            var (offset, name, blocks) = (reader.Long(), reader.Text(), new int[fileCount]);
            for (var file = 0; file < fileCount; file++)
            {
                blocks[file] = reader.Int();
                if (blocks[file] < PackColumn.NoColumn || (long)blocks[file] * BloomFilter.BlockBytes > limits.FilterBytesMax)
                    return null;
            }

            var known = new PackColumn(name, offset, blocks, PackColumn.SeedOf(name, size));
            if (reader.HasFailed || offset < header.Length || offset > size - known.SizeBytes)
                return null;
            columns.Add(known);
        }

        return reader is { HasFailed: false, IsAtEnd: true } ? new IndexPack(size, files, columns) : null;
    }

    /// <summary>Makes a pack of the index files of data files.</summary>
    /// <param name="indexed">Each data file with the bytes of its index file.</param>
    /// <param name="limits">Its bounds.</param>
    /// <returns>The bytes of the pack, and how many of the files are in it: index files that are damaged, or of other data files, are left out.</returns>
    /// <exception cref="VarveException">There are too many files, or their names are too long.</exception>
    public static (byte[] Content, int Files) Build(IReadOnlyList<(string Path, long SizeBytes, byte[] Index)> indexed, FileIndexLimits limits)
    {
        if (indexed.Count > limits.PackFilesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"A pack has at most {limits.PackFilesMax} files; {indexed.Count} were given.");
        var sources = new List<(string Path, long SizeBytes, byte[] Index, FileIndexHeader Header)>();
        foreach (var (path, size, index) in indexed)
            if (FileIndexHeader.HeaderLength(index, limits) is { } length && length <= index.Length
                && FileIndexHeader.Read(index.AsSpan(0, length), path, size, limits) is { } header && header.SizeBytes == index.Length
                && header.Filters.All(filter => IsIntact(filter, index)))
                sources.Add((path, size, index, header));
        var names = sources.SelectMany(source => source.Header.Filters).Select(filter => filter.Column).Distinct(StringComparer.Ordinal).ToList();
        var headerBytes = FixedBytes + ChecksumBytes + sources.Sum(source => FileFixedBytes + Encoding.UTF8.GetByteCount(source.Path))
            + names.Sum(name => ColumnFixedBytes + Encoding.UTF8.GetByteCount(name) + (sizeof(int) * sources.Count));
        if (headerBytes > limits.PackHeaderBytesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The names of {sources.Count} files take {headerBytes} bytes in a pack; {limits.PackHeaderBytesMax} are the most.");
        var columns = new List<PackColumn>();
        var offset = (long)headerBytes;
        foreach (var name in names)
        {
            columns.Add(new PackColumn(name, offset, [.. sources.Select(source => source.Header.Find(name)?.Blocks ?? PackColumn.NoColumn)], 0));
            offset += columns[^1].SizeBytes;
        }

        var content = new byte[offset];
        columns = columns.ConvertAll(column => column with { Seed = PackColumn.SeedOf(column.Name, content.Length) });
        WriteHeader(content.AsSpan(0, headerBytes), content.Length, sources.ConvertAll(source => new PackedFile(source.Path, source.SizeBytes)), columns);
        foreach (var column in columns)
            for (var slice = 0; slice < column.Slices; slice++)
            {
                var (start, length) = column.Slice(slice);
                var target = content.AsSpan((int)start, length);
                var at = 0;
                for (var file = 0; file < sources.Count; file++)
                {
                    var (first, count) = column.BlocksIn(file, slice);
                    for (var block = first; block < first + count; block++, at += BloomFilter.BlockBytes)
                        sources[file].Index.AsSpan((int)sources[file].Header.Find(column.Name)!.BlockOffset(block), BloomFilter.BlockBytes).CopyTo(target[at..]);
                }

                column.Seal(target, slice);
            }

        return (content, sources.Count);
    }

    static PackedFile ReadFile(ref Reader reader)
    {
        var size = reader.Long();
        return new PackedFile(reader.Text(), size);
    }

    static bool IsIntact(FilterLayout filter, byte[] index)
    {
        for (var page = 0; page < filter.Pages; page++)
        {
            var (offset, length) = filter.Page(page);
            if (offset + length > index.Length || !filter.IsIntact(index.AsSpan((int)offset, length), page))
                return false;
        }

        return true;
    }

    static void WriteHeader(Span<byte> target, long size, IReadOnlyList<PackedFile> files, IReadOnlyList<PackColumn> columns)
    {
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], target.Length);
        var writer = new Writer(target[16..]);
        writer.Long(size);
        writer.Int(files.Count);
        writer.Int(columns.Count);
        foreach (var file in files)
        {
            writer.Long(file.SizeBytes);
            writer.Text(file.Path);
        }

        foreach (var column in columns)
        {
            writer.Long(column.Offset);
            writer.Text(column.Name);
            foreach (var blocks in column.Blocks)
                writer.Int(blocks);
        }

        writer.Long((long)XxHash64.HashToUInt64(target[..^ChecksumBytes]));
    }

    ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> _left = bytes;

        public bool HasFailed { get; private set; }

        public readonly bool IsAtEnd => _left.IsEmpty;

        public int Int() => Take(sizeof(int)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt32LittleEndian(value) : 0;

        public long Long() => Take(sizeof(long)) is { IsEmpty: false } value ? BinaryPrimitives.ReadInt64LittleEndian(value) : 0;

        public string Text() => Encoding.UTF8.GetString(Take(Int()));

        ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > _left.Length)
            {
                HasFailed = true;
                return default;
            }

            var taken = _left[..count];
            _left = _left[count..];
            return taken;
        }
    }

    ref struct Writer(Span<byte> target)
    {
        Span<byte> _left = target;

        public void Int(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_left, value);
            _left = _left[sizeof(int)..];
        }

        public void Long(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_left, value);
            _left = _left[sizeof(long)..];
        }

        public void Text(string value)
        {
            Int(Encoding.UTF8.GetByteCount(value));
            _left = _left[Encoding.UTF8.GetBytes(value, _left)..];
        }
    }
}
