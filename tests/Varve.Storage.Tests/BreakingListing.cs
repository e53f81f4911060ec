using System.Runtime.CompilerServices;

namespace Varve.Storage.Tests;

/// <summary>A store whose first listings break after one object each.</summary>
sealed class BreakingListing(IObjectStore inner, int breaks) : IObjectStore
{
    public List<string?> Starts { get; } = [];

    public string Root => inner.Root;

    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Starts.Add(startAfter);
        var breaking = Starts.Count <= breaks;
        await foreach (var found in inner.ListAsync(prefix, startAfter, cancellationToken))
        {
            yield return found;
            if (breaking)
                throw new VarveException(FaultKind.Unavailable, "The listing broke by the test's plan.");
        }
    }

    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => inner.ReadAsync(path, cancellationToken);

    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        inner.ReadRangeAsync(path, offset, length, cancellationToken);

    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) =>
        inner.ReadSuffixAsync(path, length, cancellationToken);

    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) => inner.HeadAsync(path, cancellationToken);

    public Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.PutIfAbsentAsync(path, content, cancellationToken);

    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(prefix, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteManyAsync(paths, cancellationToken);

    public string? LocalPath(string path) => inner.LocalPath(path);
}
