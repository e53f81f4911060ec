namespace Varve.Query.Files;

/// <summary>What queries over a bucket may hold on this machine, and how they ask for it. Every limit is tested at its value and one past it.</summary>
public sealed record RangeCacheLimits
{
    /// <summary>Bytes of the bucket's files that are kept on disk, in each process. Default 16 GiB.</summary>
    public long BytesMax { get; init; } = 16L << 30;

    /// <summary>Requests at the same time, of all queries together. Default 16.</summary>
    public int RequestsMax { get; init; } = 16;

    /// <summary>Bytes of one request; longer parts of files are read in several. Default 4 MiB.</summary>
    public int RequestBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes between two parts of a file that are read along rather than asking twice. Default 256 KiB.</summary>
    public long GapBytesMax { get; init; } = 256 << 10;

    /// <summary>Bytes at the end of a file that are read first: they hold the footer, or the whole of a small file. Default 128 KiB.</summary>
    public int TailBytes { get; init; } = 128 << 10;

    /// <summary>
    /// Bytes that a first look, which reads few columns to find the files that matter, has to save at best for a query to begin with one. Default 8 MiB.
    /// </summary>
    public long FirstLookBytesMin { get; init; } = 8 << 20;

    /// <summary>Bytes of one footer. Default 64 MiB.</summary>
    public int FooterBytesMax { get; init; } = 64 << 20;

    /// <summary>Bytes of memory for what is known from footers. Default 64 MiB.</summary>
    public long FooterMemoryBytesMax { get; init; } = 64L << 20;
}
