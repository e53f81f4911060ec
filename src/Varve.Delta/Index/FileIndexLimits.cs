namespace Varve.Delta.Index;

/// <summary>What a side index may hold, and what its reader keeps. Every limit is tested at its value and one past it.</summary>
public sealed record FileIndexLimits
{
    /// <summary>Columns of one index file. Default 32.</summary>
    public int ColumnsMax { get; init; } = 32;

    /// <summary>Bytes of the header of an index file, which names the columns. Default 64 KiB.</summary>
    public int HeaderBytesMax { get; init; } = 64 << 10;

    /// <summary>Bytes of the filter of one column; of more values than fit, more are taken for others. Default 16 MiB.</summary>
    public int FilterBytesMax { get; init; } = 16 << 20;

    /// <summary>Bytes of an index file that is read as a whole, in one request; of a larger one only parts are read. Default 256 KiB.</summary>
    public int WholeBytesMax { get; init; } = 256 << 10;

    /// <summary>Bytes of parts of index files that a reader keeps in memory. Default 64 MiB.</summary>
    public long CacheBytesMax { get; init; } = 64L << 20;

    /// <summary>Data files whose indexes one pack holds. Default 256.</summary>
    public int PackFilesMax { get; init; } = 256;

    /// <summary>Data files that are worth a pack. Default 8.</summary>
    public int PackFilesMin { get; init; } = 8;

    /// <summary>Bytes of a pack; it has as many files as fit. Default 64 MiB.</summary>
    public long PackBytesMax { get; init; } = 64L << 20;

    /// <summary>Bytes of the header of a pack, which names its files and columns. Default 1 MiB.</summary>
    public int PackHeaderBytesMax { get; init; } = 1 << 20;

    /// <summary>How long the packs of a table are not looked for again. Default 1 min.</summary>
    public TimeSpan PackListAgeMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an index file that was missing or damaged is not looked for again. Default 5 min.</summary>
    public TimeSpan MissingAgeMax { get; init; } = TimeSpan.FromMinutes(5);
}
