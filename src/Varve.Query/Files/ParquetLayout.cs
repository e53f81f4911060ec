namespace Varve.Query.Files;

/// <summary>Where the parts of a Parquet file lie: which bytes a reader of some columns needs.</summary>
/// <remarks>
/// A range that is fetched never holds the beginning of another part: a reader that strays into a part that is not here meets zeros where a
/// header has to be, and fails. Bytes between two parts belong to the first, since some writers state the sizes of chunks too small.
/// </remarks>
sealed class ParquetLayout
{
    const long SlackMax = 4096;
    const int BytesPerPart = 56;
    const int BytesPerBounds = 48;
    const long MagicBytes = 4;

    readonly string[] _leaves;
    readonly (FileRange? Data, FileRange? Bloom)[] _chunks;
    readonly Dictionary<string, RowGroupTimes[]> _instants;
    readonly FileRange? _whole;

    ParquetLayout(
        string[] leaves, (FileRange?, FileRange?)[] chunks, Dictionary<string, RowGroupTimes[]> instants, FileRange tail, FileRange? whole)
    {
        (_leaves, _chunks, _instants, Tail, _whole) = (leaves, chunks, instants, tail, whole);
        MemoryBytes = instants.Values.Sum(static groups => (long)groups.Length * BytesPerBounds) + ((long)leaves.Length * 8) + leaves.Distinct().Sum(static name => 32L + (2 * name.Length)) + ((long)chunks.Length * BytesPerPart);
    }

    /// <summary>The footer, and before it the page indexes where they lie there.</summary>
    public FileRange Tail { get; }

    /// <summary>Bytes of memory that this takes.</summary>
    public long MemoryBytes { get; }

    /// <summary>Reads a footer.</summary>
    /// <param name="footer">Its bytes, without the trailer.</param>
    /// <param name="footerStart">Where it begins in the file.</param>
    /// <param name="sizeBytes">The size of the file.</param>
    /// <param name="tailBytesMax">Page indexes of more bytes than that, with the footer, are left out of the tail.</param>
    /// <param name="isWhole">True when the file is so small that it is only worth having whole.</param>
    /// <exception cref="FormatException">It is no footer, or places parts outside of the file.</exception>
    public static ParquetLayout Parse(ReadOnlySpan<byte> footer, long footerStart, long sizeBytes, long tailBytesMax, bool isWhole)
    {
        var (schema, raw) = ParquetFooter.Read(footer);
        var leaves = Array.ConvertAll(schema, static leaf => leaf.Top);
        var starts = new List<long>();
        foreach (var chunk in raw)
        {
            if (chunk.CompressedBytes < 0 || (chunk.CompressedBytes > 0 && !IsWithin(chunk.Start, chunk.CompressedBytes, footerStart)))
                throw new FormatException($"a column chunk of {chunk.CompressedBytes} bytes begins at {chunk.Start}, and the file has data up to {footerStart}");
            if (chunk.Bloom != 0 && !IsWithin(chunk.Bloom, Math.Max(1, chunk.BloomBytes), footerStart))
                throw new FormatException($"a Bloom filter of {chunk.BloomBytes} bytes begins at {chunk.Bloom}, and the file has data up to {footerStart}");
            if (chunk.CompressedBytes > 0)
                starts.Add(chunk.Start);
            if (chunk.Bloom != 0)
                starts.Add(chunk.Bloom);
        }

        var tailStart = TailStart(raw, footerStart, sizeBytes - tailBytesMax);
        starts.Add(tailStart);
        starts.Sort();
        var isClean = true;
        var chunks = raw.Select(chunk => (
            chunk.CompressedBytes > 0 ? PartAt(chunk.Start, chunk.CompressedBytes) : (FileRange?)null,
            chunk.Bloom != 0 ? PartAt(chunk.Bloom, chunk.BloomBytes) : (FileRange?)null)).ToArray();
        return new ParquetLayout(
            leaves, chunks, InstantsOf(schema, raw), new FileRange(tailStart, sizeBytes - tailStart), isWhole || !isClean ? new FileRange(0, sizeBytes) : null);

        FileRange PartAt(long start, long length)
        {
            var index = starts.BinarySearch(start);
            var next = index + 1 < starts.Count ? starts[index + 1] : footerStart;
            // Parts that overlap cannot be fetched one without another.
            isClean &= next > start && start + length <= next && (index == 0 || starts[index - 1] < start);
            return new FileRange(start, length <= 0 || next - start - length <= SlackMax ? next - start : length);
        }
    }

    /// <summary>The ranges that a reader of these columns may touch, in order. Names are compared in any case, as the engine does.</summary>
    /// <param name="columns">The top-level columns.</param>
    /// <param name="times">The reader skips row groups that have no row of these times, by the bounds in the footer; null when it reads all.</param>
    public List<FileRange> RangesOf(IReadOnlySet<string> columns, TimeRange? times = null)
    {
        if (_whole is { } whole)
            return [whole];
        var ranges = new List<FileRange> { Tail };
        for (var i = 0; i < _chunks.Length; i++)
            if (columns.Contains(_leaves[i % _leaves.Length]) && IsRead(i / _leaves.Length, times))
            {
                if (_chunks[i].Data is { } data)
                    ranges.Add(data);
                if (_chunks[i].Bloom is { } bloom)
                    ranges.Add(bloom);
            }

        ranges.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return ranges;
    }

    /// <summary>The bounds of each row group in the columns of instants, as far as they are told.</summary>
    static Dictionary<string, RowGroupTimes[]> InstantsOf(ParquetFooter.Leaf[] leaves, List<ParquetFooter.Chunk> chunks)
    {
        var instants = new Dictionary<string, RowGroupTimes[]>(StringComparer.OrdinalIgnoreCase);
        for (var leaf = 0; leaf < leaves.Length; leaf++)
            // A list of instants has bounds too, but no row has one value in it.
            if (leaves[leaf].IsInstant && leaves.Count(other => other.Top.Equals(leaves[leaf].Top, StringComparison.OrdinalIgnoreCase)) == 1)
                instants[leaves[leaf].Top] = [.. chunks.Where((_, chunk) => chunk % leaves.Length == leaf).Select(static chunk => new RowGroupTimes(chunk.Rows, chunk.Bounds))];
        return instants;
    }

    bool IsRead(int group, TimeRange? times) =>
        times is null || !_instants.TryGetValue(times.Column, out var groups) || groups[group].Bounds is not { } bounds || (bounds.Max >= times.From && bounds.Min < times.To);

    /// <summary>The row groups of a column of instants; none when the column is not there, or is no such column.</summary>
    public IReadOnlyList<RowGroupTimes> GroupsOf(string column) => _instants.GetValueOrDefault(column) ?? [];

    /// <summary>Where the page indexes begin, when they lie between all else and the footer, as writers put them; else where the footer does.</summary>
    static long TailStart(List<ParquetFooter.Chunk> chunks, long footerStart, long startMin)
    {
        var (first, end) = (footerStart, 0L);
        foreach (var chunk in chunks)
        {
            end = Math.Max(end, Math.Max(chunk.Start + chunk.CompressedBytes, chunk.Bloom + Math.Max(0, chunk.BloomBytes)));
            if (IsWithin(chunk.OffsetIndex, chunk.OffsetIndexBytes, footerStart))
                first = Math.Min(first, chunk.OffsetIndex);
            if (IsWithin(chunk.ColumnIndex, chunk.ColumnIndexBytes, footerStart))
                first = Math.Min(first, chunk.ColumnIndex);
        }

        return first >= Math.Max(end, startMin) && chunks.All(chunk => chunk.Bloom == 0 || chunk.BloomBytes > 0 || chunk.Bloom < first) ? first : footerStart;
    }

    static bool IsWithin(long start, long length, long end) => start >= MagicBytes && length > 0 && length <= end && start <= end - length;
}
