using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>
/// Asks the side indexes of data files whether values may be in them. It is a hint: an index file that is missing, damaged or of another file,
/// or a store that does not answer, means that they may. What was read is kept, so that a file asked for again costs less or nothing. Safe to
/// use from many threads.
/// </summary>
/// <param name="store">Where the tables are.</param>
/// <param name="limits">Its bounds.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Told of the first index file of a table that cannot be used.</param>
public sealed class FileIndexReader(IObjectStore store, FileIndexLimits limits, TimeProvider clock, ILogger? logger = null)
{
    const int FirstReadBytes = 4 << 10;
    const int WholeFilterBytes = 16 << 10;
    const int PagesMax = 4;
    const long SmallDataBytes = 4 << 20;
    const int TablesToldMax = 1000;
    const int EntryBytes = 256;

    readonly ByteCache<Part, Content> _kept = new(limits.CacheBytesMax);
    readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Bytes that are kept in memory, about.</summary>
    public long KeptBytes => _kept.Bytes;

    /// <summary>Whether a row of a data file can meet all probes.</summary>
    /// <param name="table">The table's folder.</param>
    /// <param name="dataFile">The path of the data file relative to it, decoded.</param>
    /// <param name="dataFileBytes">Its size, as the log has it.</param>
    /// <param name="probes">What is looked for.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    public async Task<FileIndexAnswer> AskAsync(
        string table, string dataFile, long dataFileBytes, IReadOnlyList<ValueProbe> probes, CancellationToken cancellationToken)
    {
        var path = FileIndexPath.Of(dataFile) is { } relative ? StorePath.Join(table, relative) : null;
        if (path is null || !StorePath.IsPath(path))
            return new FileIndexAnswer(MayMatch: true, HasColumn: false, IsUnusable: false, 0, 0);
        var look = new Look(store, path);
        var (mayMatch, hasColumn) = (true, false);
        try
        {
            if (await FindAsync(look, dataFile, dataFileBytes, cancellationToken) is { } seen)
                (mayMatch, hasColumn) = await AskAsync(look, seen, probes, cancellationToken);
        }
        catch (VarveException fault)
        {
            Reject(look, fault);
            mayMatch = true;
        }

        if (look.Fault is not null)
            Tell(table, path, look.Fault);
        return new FileIndexAnswer(mayMatch, hasColumn, look.Fault is not null, look.Requests, look.Bytes);
    }

    async Task<(bool MayMatch, bool HasColumn)> AskAsync(Look look, Seen seen, IReadOnlyList<ValueProbe> probes, CancellationToken cancellationToken)
    {
        var hasColumn = false;
        foreach (var probe in probes)
        {
            if (seen.Header!.Find(probe.Column) is not { } filter)
                continue;
            hasColumn = true;
            if (filter.Blocks == 0 || !await MayContainAsync(look, seen, filter, probe.Hashes, cancellationToken))
                return (MayMatch: false, hasColumn);
        }

        return (MayMatch: true, hasColumn);
    }

    async Task<bool> MayContainAsync(Look look, Seen seen, FilterLayout filter, IReadOnlyList<ulong> hashes, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? whole = null;
        if (seen.Whole is { } all)
            whole = all.AsMemory((int)filter.Offset, (int)filter.SizeBytes);
        else if (filter.SizeBytes <= WholeFilterBytes || hashes.Select(filter.PageOf).Distinct().Count() > PagesMax)
            whole = await PagesAsync(look, filter, firstPage: 0, filter.Pages, cancellationToken);
        foreach (var hash in hashes)
        {
            var page = filter.PageOf(hash);
            var (offset, length) = filter.Page(page);
            var content = whole?.Slice((int)(offset - filter.Offset), length) ?? await PagesAsync(look, filter, page, pages: 1, cancellationToken);
            if (filter.MayContain(content.Span, hash))
                return true;
        }

        return false;
    }

    /// <summary>Pages of a filter, which are intact.</summary>
    async Task<ReadOnlyMemory<byte>> PagesAsync(Look look, FilterLayout filter, int firstPage, int pages, CancellationToken cancellationToken)
    {
        var (offset, _) = filter.Page(firstPage);
        var (lastOffset, lastLength) = filter.Page(firstPage + pages - 1);
        var part = new Part(look.Path, offset, (int)(lastOffset + lastLength - offset));
        if (_kept.TryGet(part, out var known) && known.Filter == filter)
            return known.Bytes;
        var content = await look.ReadAsync(offset, part.Length, cancellationToken);
        CheckPages(look.Path, filter, content, firstPage, pages);
        _kept.Set(part, new Content(null, filter, content), CostOf(look.Path, content.Length));
        return content;
    }

    /// <summary>The index file's header, and all of it when that was little to read; null when it is missing.</summary>
    async Task<Seen?> FindAsync(Look look, string dataFile, long dataFileBytes, CancellationToken cancellationToken)
    {
        if (_kept.TryGet(new Part(look.Path, 0, 0), out var known) && known.Seen is { } seen
            && (seen.Header is null ? clock.GetElapsedTime(seen.SeenAt) < limits.MissingAgeMax : seen.DataFileBytes == dataFileBytes))
        {
            look.Fault = seen.Fault;
            return seen.Header is null ? null : seen;
        }

        var found = await ReadAsync(look, dataFile, dataFileBytes, cancellationToken);
        Keep(look.Path, found);
        return found.Header is null ? null : found;
    }

    async Task<Seen> ReadAsync(Look look, string dataFile, long dataFileBytes, CancellationToken cancellationToken)
    {
        // An index file has one or two hundredths of its data file's bytes: of a small one this is all of it.
        var start = await look.TryReadAsync(0, dataFileBytes <= SmallDataBytes ? limits.WholeBytesMax : FirstReadBytes, cancellationToken);
        if (start is null)
            return new Seen(null, dataFileBytes, null, clock.GetTimestamp());
        if (FileIndexHeader.HeaderLength(start, limits) is not { } length)
            throw Damaged(look.Path, "it does not begin as one");
        if (length > start.Length)
            start = await look.ReadAsync(0, length, cancellationToken);
        var header = length > start.Length ? null : FileIndexHeader.Read(start.AsSpan(0, length), dataFile, dataFileBytes, limits);
        if (header is null)
            throw Damaged(look.Path, $"its header is damaged, or it is of another file than {dataFile} of {dataFileBytes} bytes");
        if (header.SizeBytes > start.Length)
            return new Seen(header, dataFileBytes, null, clock.GetTimestamp());
        foreach (var filter in header.Filters)
            CheckPages(look.Path, filter, start.AsSpan((int)filter.Offset, (int)filter.SizeBytes), firstPage: 0, filter.Pages);
        return new Seen(header, dataFileBytes, start, clock.GetTimestamp());
    }

    static void CheckPages(string path, FilterLayout filter, ReadOnlySpan<byte> content, int firstPage, int pages)
    {
        var (start, _) = filter.Page(firstPage);
        for (var page = firstPage; page < firstPage + pages; page++)
        {
            var (offset, length) = filter.Page(page);
            var at = (int)(offset - start);
            if (length > content.Length - at || !filter.IsIntact(content.Slice(at, length), page))
                throw Damaged(path, $"page {page} of the filter of {filter.Column} is not as it was written");
        }
    }

    void Reject(Look look, VarveException fault)
    {
        look.Fault = fault;
        // What is damaged stays so; a store that does not answer now may do so for the next question.
        if (fault.Kind == FaultKind.Corrupt)
            Keep(look.Path, new Seen(null, 0, null, clock.GetTimestamp()) { Fault = fault });
    }

    void Keep(string path, Seen seen) => _kept.Set(
        new Part(path, 0, 0), new Content(seen, null, default),
        CostOf(path, (seen.Whole?.Length ?? 0) + ((seen.Header?.Filters.Count ?? 0) * EntryBytes)));

    static long CostOf(string path, long bytes) => EntryBytes + (path.Length * sizeof(char)) + bytes;

    void Tell(string table, string path, VarveException fault)
    {
        lock (_told)
            if (_told.Count == TablesToldMax || !_told.Add(table))
                return;
        DeltaLog.IndexNotUsed(logger ?? NullLogger.Instance, fault, path, table);
    }

    static VarveException Damaged(string path, string how) => new(FaultKind.Corrupt, $"The side index {path} is not used: {how}.");

    /// <summary>A part of an index file; of no length: what is known of it as a whole.</summary>
    readonly record struct Part(string Path, long Offset, int Length);

    readonly record struct Content(Seen? Seen, FilterLayout? Filter, ReadOnlyMemory<byte> Bytes);

    /// <summary>An index file as far as it was read.</summary>
    /// <param name="Header">Its header; null when it is missing or cannot be used.</param>
    /// <param name="DataFileBytes">The size of the data file that it is of.</param>
    /// <param name="Whole">All of it, checked, when it is small.</param>
    /// <param name="SeenAt">When it was read, by the clock's timestamp.</param>
    sealed record Seen(FileIndexHeader? Header, long DataFileBytes, byte[]? Whole, long SeenAt)
    {
        /// <summary>Why it cannot be used.</summary>
        public VarveException? Fault { get; init; }
    }

    /// <summary>The reads that one question takes.</summary>
    sealed class Look(IObjectStore store, string path)
    {
        public string Path => path;

        public int Requests { get; private set; }

        public long Bytes { get; private set; }

        public VarveException? Fault { get; set; }

        public async Task<byte[]?> TryReadAsync(long offset, int length, CancellationToken cancellationToken)
        {
            Requests++;
            var content = await store.ReadRangeAsync(path, offset, length, cancellationToken);
            Bytes += content?.Length ?? 0;
            return content;
        }

        /// <summary>Of what is gone meanwhile, or cut, fewer bytes.</summary>
        public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken) =>
            await TryReadAsync(offset, length, cancellationToken) ?? [];
    }
}
