namespace Varve.Query.Files;

/// <summary>Ranges of a file that are on their way, and who waits for them.</summary>
sealed class RangeFetch
{
    /// <param name="file">The file.</param>
    /// <param name="ranges">The ranges, in order.</param>
    /// <param name="run">Fetches them. It begins at once.</param>
    /// <param name="closing">Stops it whoever waits.</param>
    public RangeFetch(CachedFile file, IReadOnlyList<FileRange> ranges, Func<RangeFetch, CancellationToken, Task<bool>> run, CancellationToken closing)
    {
        (File, Ranges) = (file, ranges);
        ReservedBytes = ranges.Sum(static range => range.Length);
        Work = new SharedWork<bool>(token => run(this, token), closing);
    }

    public CachedFile File { get; }

    public IReadOnlyList<FileRange> Ranges { get; }

    /// <summary>Bytes of room that are kept free for what is not here yet. The shelf's lock guards it.</summary>
    public long ReservedBytes { get; set; }

    /// <summary>The fetching itself.</summary>
    public SharedWork<bool> Work { get; }
}
