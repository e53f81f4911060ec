using Varve.Storage;

namespace Varve.Query.Tests.Files;

/// <summary>A store that notes which bytes are asked for, and lets a test hold requests back or let them fail.</summary>
sealed class WatchedStore(IObjectStore inner) : IObjectStore
{
    readonly Lock _lock = new();
    readonly List<(string Path, long Start, int Length)> _reads = [];
    int _heads;
    int _atOnce;

    /// <summary>Awaited before a range is read.</summary>
    public Func<string, long, CancellationToken, Task>? BeforeRead { get; set; }

    /// <summary>What a head says instead of what is true.</summary>
    public Func<ObjectInfo, ObjectInfo?> Head { get; set; } = static info => info;

    /// <summary>The ranges that were asked for.</summary>
    public IReadOnlyList<(string Path, long Start, int Length)> Reads
    {
        get
        {
            lock (_lock)
                return [.. _reads];
        }
    }

    public int Heads => _heads;

    /// <summary>The most range requests that were under way together.</summary>
    public int AtOnceMost { get; private set; }

    public string Root => inner.Root;

    /// <summary>Forgets what was asked for so far.</summary>
    public void Forget()
    {
        lock (_lock)
            _reads.Clear();
        (_heads, AtOnceMost) = (0, 0);
    }

    public string? LocalPath(string path) => null;

    public async Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _reads.Add((path, offset, length));
            AtOnceMost = Math.Max(AtOnceMost, ++_atOnce);
        }

        try
        {
            if (BeforeRead is { } before)
                await before(path, offset, cancellationToken);
            return await inner.ReadRangeAsync(path, offset, length, cancellationToken);
        }
        finally
        {
            lock (_lock)
                _atOnce--;
        }
    }

    public async Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _heads);
        return await inner.HeadAsync(path, cancellationToken) is { } found ? Head(found) : null;
    }

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) => inner.ReadSuffixAsync(path, length, cancellationToken);

    public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.PutIfAbsentAsync(path, content, cancellationToken);

    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => inner.ListFoldersAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteManyAsync(paths, cancellationToken);
}
