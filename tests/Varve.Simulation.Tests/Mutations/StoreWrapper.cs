using Varve.Storage;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>A store that passes everything on; the broken ones change one thing.</summary>
abstract class StoreWrapper(IObjectStore inner) : IObjectStore
{
    /// <inheritdoc/>
    public string Root => Inner.Root;

    protected IObjectStore Inner => inner;

    /// <inheritdoc/>
    public virtual Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => Inner.ReadAsync(path, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        Inner.ReadRangeAsync(path, offset, length, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken) => Inner.ReadSuffixAsync(path, length, cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken) => Inner.HeadAsync(path, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Inner.PutIfAbsentAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Inner.PutAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        Inner.ListAsync(prefix, startAfter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken) => Inner.ListFoldersAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Inner.DeleteAsync(path, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => Inner.DeleteManyAsync(paths, cancellationToken);

    /// <inheritdoc/>
    public string? LocalPath(string path) => Inner.LocalPath(path);
}
