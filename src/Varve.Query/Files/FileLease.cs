namespace Varve.Query.Files;

/// <summary>The files of a query, which stay as long as it reads them.</summary>
/// <param name="shelf">Where they are.</param>
/// <param name="files">The files.</param>
/// <param name="counter">What the query asked the store for.</param>
sealed class FileLease(CacheShelf shelf, IReadOnlyList<CachedFile> files, FetchCounter counter) : IDisposable
{
    int _disposals;

    /// <summary>What it took to have them here.</summary>
    public FetchFigures Figures { get; set; } = new(0, 0, 0, TimeSpan.Zero);

    /// <summary>What is read of them.</summary>
    public IReadOnlyList<WantedFile> Wanted { get; set; } = [];

    public FetchCounter Counter => counter;

    /// <summary>Bytes that are read and are not here yet.</summary>
    public long MissingBytes => shelf.MissingBytes(Wanted);

    /// <summary>Says that the engine could not read one of them: they are fetched anew for the next query.</summary>
    public void Doubt()
    {
        foreach (var file in files)
            shelf.Doubt(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposals, 1) == 0)
            foreach (var file in files)
                shelf.Release(file);
    }
}
