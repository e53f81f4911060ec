using System.Runtime.CompilerServices;
using Varve.Storage;

namespace Varve.TestKit;

/// <summary>An object store in memory, for tests that make many tables. It passes the contract that every store passes.</summary>
public sealed class MemoryObjectStore(TimeProvider? clock = null) : IObjectStore
{
    readonly Lock _lock = new();
    readonly SortedDictionary<string, (byte[] Content, DateTimeOffset LastModified)> _objects = new(StorePath.Order);
    readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <inheritdoc/>
    public string Root => "memory://";

    /// <inheritdoc/>
    public string? LocalPath(string path) => null;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        Enter(path, cancellationToken);
        lock (_lock)
            return Task.FromResult(_objects.TryGetValue(path, out var found) ? found.Content.ToArray() : null);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, offset, length);
        return (await ReadAsync(path, cancellationToken))?.Skip((int)Math.Min(offset, int.MaxValue)).Take(length).ToArray();
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, 0, length);
        return (await ReadAsync(path, cancellationToken))?.TakeLast(length).ToArray();
    }

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken)
    {
        Enter(path, cancellationToken);
        lock (_lock)
            return Task.FromResult(_objects.TryGetValue(path, out var found) ? new ObjectInfo(path, found.Content.Length, found.LastModified) : null);
    }

    /// <inheritdoc/>
    public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Enter(path, cancellationToken);
        lock (_lock)
            return Task.FromResult(_objects.TryAdd(path, (content.ToArray(), _clock.GetUtcNow())) ? PutOutcome.Created : PutOutcome.Exists);
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Enter(path, cancellationToken);
        lock (_lock)
            _objects[path] = (content.ToArray(), _clock.GetUtcNow());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var info in Under(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (startAfter is null || StorePath.Order.Compare(info.Path, startAfter) > 0)
                yield return info;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> names =
        [
            .. Under(prefix).Select(info => info.Path[prefix.Length..]).Where(rest => rest.Contains('/'))
                .Select(rest => rest[..rest.IndexOf('/')]).Distinct().Order(StorePath.Order),
        ];
        return Task.FromResult(names);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        Enter(path, cancellationToken);
        lock (_lock)
            _objects.Remove(path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var path in paths)
            StorePath.Check(path);
        lock (_lock)
            foreach (var path in paths)
                _objects.Remove(path);
        return Task.CompletedTask;
    }

    List<ObjectInfo> Under(string prefix)
    {
        StorePath.CheckPrefix(prefix);
        lock (_lock)
            return
            [
                .. _objects.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(pair => new ObjectInfo(pair.Key, pair.Value.Content.Length, pair.Value.LastModified)),
            ];
    }

    static void Enter(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorePath.Check(path);
    }
}
