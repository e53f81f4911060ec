using System.Runtime.CompilerServices;

namespace Varve.Storage;

/// <summary>
/// Repeats what failed as <see cref="FaultKind.Unavailable"/> and may be repeated, with growing random pauses, until a deadline. A
/// conditional put is sent once: after a fault it is <see cref="PutOutcome.Unknown"/>, for only its caller can tell whose object is there.
/// </summary>
/// <param name="inner">The store that is asked.</param>
/// <param name="options">How long it goes on.</param>
/// <param name="clock">The clock.</param>
/// <param name="random">A number in [0, 1) for each pause.</param>
public sealed class RetryingObjectStore(IObjectStore inner, RetryOptions options, TimeProvider clock, Func<double> random) : IObjectStore, IDisposable
{
    /// <inheritdoc/>
    public string Root => inner.Root;

    /// <inheritdoc/>
    public string? LocalPath(string path) => inner.LocalPath(path);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.ReadAsync(path, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.ReadRangeAsync(path, offset, length, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.ReadSuffixAsync(path, length, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.HeadAsync(path, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.PutIfAbsentAsync(path, content, cancellationToken);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            return PutOutcome.Unknown;
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.PutAsync(path, content, cancellationToken), cancellationToken);

    /// <summary>A listing that breaks is taken up after the last object that came.</summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var attempt = 1;
        var last = startAfter;
        var listing = inner.ListAsync(prefix, last, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                ObjectInfo? found = null;
                try
                {
                    if (await listing.MoveNextAsync())
                        found = listing.Current;
                }
                catch (VarveException fault) when (IsWorthARetry(fault, started))
                {
                    await PauseAsync(attempt++, started, cancellationToken);
                    await listing.DisposeAsync();
                    listing = inner.ListAsync(prefix, last, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    continue;
                }

                if (found is null)
                    yield break;
                (last, started, attempt) = (found.Path, clock.GetTimestamp(), 1);
                yield return found;
            }
        }
        finally
        {
            await listing.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.ListFoldersAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.DeleteAsync(path, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) =>
        RetryAsync(() => inner.DeleteManyAsync(paths, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();

    Task RetryAsync(Func<Task> call, CancellationToken cancellationToken) =>
        RetryAsync(
            async () =>
            {
                await call();
                return true;
            },
            cancellationToken);

    async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
            try
            {
                return await call();
            }
            catch (VarveException fault) when (IsWorthARetry(fault, started))
            {
                await PauseAsync(attempt, started, cancellationToken);
            }
    }

    bool IsWorthARetry(VarveException fault, long started) =>
        fault.Kind == FaultKind.Unavailable && clock.GetElapsedTime(started) < options.Deadline;

    /// <summary>Full jitter (Brooker, "Exponential Backoff and Jitter", 2015), and never past the deadline.</summary>
    Task PauseAsync(int attempt, long started, CancellationToken cancellationToken)
    {
        var ceiling = Math.Min(options.BackoffMax.TotalMilliseconds, options.BackoffMin.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20)));
        var left = (options.Deadline - clock.GetElapsedTime(started)).TotalMilliseconds;
        return Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(random() * ceiling, 0, Math.Max(0, left))), clock, cancellationToken);
    }
}
