using Varve.Query.Files;
using Varve.Storage;

namespace Varve.Query.Planning;

/// <summary>
/// The columns of data files of a folder, by their footers, which are read once: data files never change. The engine takes long to be told the columns
/// and types of a wide table; of files that have the same columns it need not be told them. Safe to use from many threads.
/// </summary>
sealed class FileColumns
{
    const long BytesMax = 16L << 20;
    const int EntryBytes = 200;
    const int FooterBytesMax = 4 << 20;

    readonly ByteCache<(string Path, long SizeBytes), Dictionary<string, string?>> _known = new(BytesMax);
    readonly Lock _lock = new();
    readonly Dictionary<string, Dictionary<string, string?>> _sets = new(StringComparer.Ordinal);

    /// <summary>
    /// The columns that all of the files have and no others, each with the type that the engine gives it, or null where that is not certain; null when
    /// they differ, or cannot be told.
    /// </summary>
    /// <param name="files">Paths on this machine, with their sizes.</param>
    public IReadOnlyDictionary<string, string?>? InCommon(IEnumerable<(string Path, long SizeBytes)> files)
    {
        Dictionary<string, string?>? common = null;
        foreach (var file in files)
        {
            if (Of(file) is not { } columns || (common is not null && columns != common))
                return null;
            common = columns;
        }

        return common;
    }

    Dictionary<string, string?>? Of((string Path, long SizeBytes) file)
    {
        if (_known.TryGet(file, out var known))
            return known;
        if (Read(file) is not { } columns)
            return null;
        _known.Set(file, columns, EntryBytes + (2L * file.Path.Length));
        return columns;
    }

    Dictionary<string, string?>? Read((string Path, long SizeBytes) file)
    {
        try
        {
            using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) != file.SizeBytes || file.SizeBytes <= ParquetFooter.TrailerBytes)
                return null;
            var trailer = new byte[ParquetFooter.TrailerBytes];
            RandomAccess.Read(handle, trailer, file.SizeBytes - trailer.Length);
            var length = ParquetFooter.LengthOf(trailer);
            if (length > FooterBytesMax || length > file.SizeBytes - trailer.Length)
                return null;
            var footer = new byte[length];
            RandomAccess.Read(handle, footer, file.SizeBytes - trailer.Length - length);
            return Interned([.. ParquetFooter.Read(footer).Leaves.DistinctBy(leaf => leaf.Top).OrderBy(leaf => leaf.Top, StringComparer.Ordinal)]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            // What is wrong with it the engine says when it reads it.
            return null;
        }
    }

    /// <summary>Most files of a table have the same columns: one set stands for all of them.</summary>
    Dictionary<string, string?> Interned(List<ParquetFooter.Leaf> columns)
    {
        var key = string.Join('\0', columns.Select(column => $"{column.Top}\0{column.EngineType}"));
        lock (_lock)
        {
            if (_sets.TryGetValue(key, out var known))
                return known;
            // There is no end to what files of other writers may have.
            if (_sets.Count == 1_000)
                _sets.Clear();
            return _sets[key] = columns.ToDictionary(column => column.Top, column => column.EngineType, StringComparer.Ordinal);
        }
    }
}
