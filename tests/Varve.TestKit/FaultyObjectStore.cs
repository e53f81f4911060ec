using Varve.Storage;

namespace Varve.TestKit;

/// <summary>An operation of an object store.</summary>
public enum StoreOperation
{
    /// <summary><see cref="IObjectStore.ReadAsync"/> and the reads of a part</summary>
    Read,

    /// <summary><see cref="IObjectStore.HeadAsync"/></summary>
    Head,

    /// <summary><see cref="IObjectStore.PutIfAbsentAsync"/></summary>
    PutIfAbsent,

    /// <summary><see cref="IObjectStore.PutAsync"/></summary>
    Put,

    /// <summary><see cref="IObjectStore.ListAsync"/> and <see cref="IObjectStore.ListFoldersAsync"/></summary>
    List,

    /// <summary><see cref="IObjectStore.DeleteAsync"/> and <see cref="IObjectStore.DeleteManyAsync"/>, which counts as of its first path</summary>
    Delete,
}

/// <summary>What goes wrong with one operation.</summary>
public enum StoreFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The operation is not done; it throws <see cref="FaultKind.Unavailable"/>.</summary>
    FailBefore,

    /// <summary>The operation is done; it throws <see cref="FaultKind.Unavailable"/>.</summary>
    FailAfter,

    /// <summary>The put is not done; it throws as when its token is cancelled.</summary>
    CancelBefore,

    /// <summary>The put is done; it throws as when its token is cancelled.</summary>
    CancelAfter,

    /// <summary>The put is done; it answers <see cref="PutOutcome.Unknown"/>.</summary>
    LoseAnswer,

    /// <summary>The put is not done; it answers <see cref="PutOutcome.Unknown"/>.</summary>
    LoseRequest,

    /// <summary>The put answers <see cref="PutOutcome.Unknown"/> and is done only after the next read of that path, which sees nothing.</summary>
    LandLate,
}

/// <summary>One call of a store.</summary>
/// <param name="Operation">What is asked.</param>
/// <param name="Path">Of what.</param>
/// <param name="Number">The how-manieth call of the store it is, from 1.</param>
public sealed record StoreCall(StoreOperation Operation, string Path, int Number);

/// <summary>A store that fails by a plan: the plan is asked before each call.</summary>
public sealed class FaultyObjectStore(IObjectStore inner, Func<StoreCall, StoreFault> plan) : IObjectStore
{
    readonly Lock _lock = new();
    readonly Dictionary<string, byte[]> _late = [];
    readonly List<StoreCall> _calls = [];

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<StoreCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    /// <inheritdoc/>
    public string Root => inner.Root;

    /// <summary>A store whose conditional puts go wrong by chance, each with this probability; the seed gives the whole sequence.</summary>
    public static FaultyObjectStore Seeded(IObjectStore inner, int seed, double probability)
    {
        var random = new Random(seed);
        StoreFault[] faults = [StoreFault.FailAfter, StoreFault.LoseAnswer, StoreFault.LoseRequest, StoreFault.LandLate];
        return new FaultyObjectStore(inner, call =>
        {
            lock (random)
                return call.Operation == StoreOperation.PutIfAbsent && random.NextDouble() < probability
                    ? faults[random.Next(faults.Length)]
                    : StoreFault.None;
        });
    }

    /// <inheritdoc/>
    public string? LocalPath(string path) => inner.LocalPath(path);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var content = await CallAsync(StoreOperation.Read, path, () => inner.ReadAsync(path, cancellationToken));
        if (TakeLate(path) is { } late)
            await inner.PutIfAbsentAsync(path, late, cancellationToken);
        return content;
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Read, path, () => inner.ReadRangeAsync(path, offset, length, cancellationToken));

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Read, path, () => inner.ReadSuffixAsync(path, length, cancellationToken));

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Head, path, () => inner.HeadAsync(path, cancellationToken));

    /// <inheritdoc/>
    public async Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var fault = Ask(StoreOperation.PutIfAbsent, path);
        switch (fault)
        {
            case StoreFault.FailBefore:
                throw Unavailable(StoreOperation.PutIfAbsent, path);
            case StoreFault.CancelBefore:
                throw new OperationCanceledException(cancellationToken);
            case StoreFault.LoseRequest:
                return PutOutcome.Unknown;
            case StoreFault.LandLate:
                lock (_lock)
                    _late[path] = content.ToArray();
                return PutOutcome.Unknown;
        }

        var outcome = await inner.PutIfAbsentAsync(path, content, fault == StoreFault.CancelAfter ? CancellationToken.None : cancellationToken);
        return fault switch
        {
            StoreFault.CancelAfter => throw new OperationCanceledException(cancellationToken),
            StoreFault.FailAfter => throw Unavailable(StoreOperation.PutIfAbsent, path),
            StoreFault.LoseAnswer => PutOutcome.Unknown,
            _ => outcome,
        };
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Put, path, async () =>
        {
            await inner.PutAsync(path, content, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        Ask(StoreOperation.List, prefix) == StoreFault.None
            ? inner.ListAsync(prefix, startAfter, cancellationToken)
            : throw Unavailable(StoreOperation.List, prefix);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.List, prefix, () => inner.ListFoldersAsync(prefix, cancellationToken));

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Delete, path, async () =>
        {
            await inner.DeleteAsync(path, cancellationToken);
            return true;
        });

    /// <inheritdoc/>
    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) =>
        CallAsync(StoreOperation.Delete, paths.FirstOrDefault() ?? "", async () =>
        {
            await inner.DeleteManyAsync(paths, cancellationToken);
            return true;
        });

    async Task<T> CallAsync<T>(StoreOperation operation, string path, Func<Task<T>> call)
    {
        var fault = Ask(operation, path);
        if (fault == StoreFault.FailBefore)
            throw Unavailable(operation, path);
        var result = await call();
        return fault == StoreFault.None ? result : throw Unavailable(operation, path);
    }

    StoreFault Ask(StoreOperation operation, string path)
    {
        StoreCall call;
        lock (_lock)
        {
            call = new StoreCall(operation, path, _calls.Count + 1);
            _calls.Add(call);
        }

        return plan(call);
    }

    byte[]? TakeLate(string path)
    {
        lock (_lock)
            return _late.Remove(path, out var content) ? content : null;
    }

    static VarveException Unavailable(StoreOperation operation, string path) =>
        new(FaultKind.Unavailable, $"{operation} of {path} failed by the test's plan.");
}
