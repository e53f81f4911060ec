using System.Globalization;
using Varve.Storage;

namespace Varve.Query.Files;

/// <summary>Asks the store for bytes of data files, so many requests at a time.</summary>
sealed class ObjectReader(IObjectStore store, RangeCacheLimits limits) : IDisposable
{
    readonly SemaphoreSlim _requests = new(limits.RequestsMax);

    /// <summary>All bytes of a range.</summary>
    /// <exception cref="VarveException">The store does not answer, or the object is not what the log says.</exception>
    public async Task<byte[]> ReadAsync(CachedFile file, FileRange range, FetchCounter counter, CancellationToken cancellationToken)
    {
        var bytes = await AskAsync(() => store.ReadRangeAsync(file.Path, range.Start, (int)range.Length, cancellationToken), counter, cancellationToken) ?? throw Missing(file);
        counter.AddBytes(bytes.Length);
        return bytes.Length == range.Length ? bytes : throw Corrupt(string.Create(CultureInfo.InvariantCulture,
            $"The data file {file.Path} ends before byte {range.End}, and the log says that it has {file.SizeBytes} bytes. Restore it."));
    }

    /// <summary>What tells the object from any that is written in its place.</summary>
    /// <exception cref="VarveException">The store does not answer, or the object is not what the log says.</exception>
    public async Task<string> TagAsync(CachedFile file, FetchCounter counter, CancellationToken cancellationToken)
    {
        var found = await AskAsync(() => store.HeadAsync(file.Path, cancellationToken), counter, cancellationToken) ?? throw Missing(file);
        return found.SizeBytes == file.SizeBytes
            ? found.ETag ?? found.LastModified.ToString("O", CultureInfo.InvariantCulture)
            : throw Corrupt(string.Create(CultureInfo.InvariantCulture,
                $"The data file {file.Path} has {found.SizeBytes} bytes, and the log says that it has {file.SizeBytes}. Restore it."));
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    /// <summary>The fault of a file that cannot be read.</summary>
    public static VarveException Corrupt(string message, Exception? cause = null) => new(FaultKind.Corrupt, message, cause) { Detail = new FaultDetail("file_unreadable") };

    static VarveException Missing(CachedFile file) => Corrupt($"The data file {file.Path} is missing. Restore it, or ask again if the table has a newer version.");

    async Task<T> AskAsync<T>(Func<Task<T>> ask, FetchCounter counter, CancellationToken cancellationToken)
    {
        await _requests.WaitAsync(cancellationToken);
        try
        {
            counter.AddRequest();
            return await ask();
        }
        finally
        {
            _requests.Release();
        }
    }
}
