using System.Runtime.CompilerServices;

namespace Varve.Storage;

/// <summary>Counts calls and bytes by kind, for <see cref="Usage"/> and for the meter <c>Varve.Storage</c>.</summary>
/// <param name="inner">The store that is asked.</param>
public sealed class MeteredObjectStore(IObjectStore inner) : IObjectStore, IDisposable
{
    readonly Lock _lock = new();
    readonly StoreUsage[] _usage = new StoreUsage[Enum.GetValues<StoreRequest>().Length];

    /// <inheritdoc/>
    public string Root => inner.Root;

    /// <summary>What was asked of the store so far; kinds that were not asked for are there with zeros.</summary>
    public IReadOnlyDictionary<StoreRequest, StoreUsage> Usage
    {
        get
        {
            lock (_lock)
                return Enum.GetValues<StoreRequest>().ToDictionary(kind => kind, kind => _usage[(int)kind]);
        }
    }

    /// <inheritdoc/>
    public string? LocalPath(string path) => inner.LocalPath(path);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Read, () => inner.ReadAsync(path, cancellationToken), static content => content?.Length ?? 0);

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Read, () => inner.ReadRangeAsync(path, offset, length, cancellationToken), static content => content?.Length ?? 0);

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Read, () => inner.ReadSuffixAsync(path, length, cancellationToken), static content => content?.Length ?? 0);

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Head, () => inner.HeadAsync(path, cancellationToken), static _ => 0);

    /// <inheritdoc/>
    public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.PutIfAbsent, () => inner.PutIfAbsentAsync(path, content, cancellationToken), _ => content.Length);

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Put, () => inner.PutAsync(path, content, cancellationToken), content.Length);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failed = true;
        try
        {
            await foreach (var found in inner.ListAsync(prefix, startAfter, cancellationToken))
            {
                // A caller that has seen enough leaves here: no failure.
                failed = false;
                yield return found;
                failed = true;
            }

            failed = false;
        }
        finally
        {
            Count(StoreRequest.List, failed, 0);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.List, () => inner.ListFoldersAsync(prefix, cancellationToken), static _ => 0);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Delete, () => inner.DeleteAsync(path, cancellationToken), bytes: 0);

    /// <inheritdoc/>
    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) =>
        CountAsync(StoreRequest.Delete, () => inner.DeleteManyAsync(paths, cancellationToken), bytes: 0);

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();

    Task CountAsync(StoreRequest kind, Func<Task> call, long bytes) =>
        CountAsync(
            kind,
            async () =>
            {
                await call();
                return true;
            },
            _ => bytes);

    async Task<T> CountAsync<T>(StoreRequest kind, Func<Task<T>> call, Func<T, long> bytesOf)
    {
        T result;
        try
        {
            result = await call();
        }
        catch
        {
            Count(kind, failed: true, 0);
            throw;
        }

        Count(kind, failed: false, bytesOf(result));
        return result;
    }

    void Count(StoreRequest kind, bool failed, long bytes)
    {
        lock (_lock)
        {
            ref var usage = ref _usage[(int)kind];
            usage = new StoreUsage(usage.Calls + 1, usage.Failed + (failed ? 1 : 0), usage.Bytes + bytes);
        }

        var operation = new KeyValuePair<string, object?>("operation", kind.ToString());
        Telemetry.Calls.Add(1, operation, new KeyValuePair<string, object?>("outcome", failed ? "failed" : "ok"));
        if (bytes > 0)
            Telemetry.Bytes.Add(bytes, operation);
    }
}
