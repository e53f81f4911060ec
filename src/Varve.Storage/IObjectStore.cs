namespace Varve.Storage;

/// <summary>What became of a conditional put. A lost answer is an outcome of its own, never a guess.</summary>
public enum PutOutcome
{
    /// <summary>The object was not there and now holds the given bytes.</summary>
    Created,

    /// <summary>An object of that name is there already; it was not touched. It may be one's own, when an earlier answer was lost.</summary>
    Exists,

    /// <summary>The answer was lost: the object may or may not hold the given bytes. Read it back to know.</summary>
    Unknown,
}

/// <summary>An object as a listing shows it.</summary>
/// <param name="Path">Path from the root of the store, parts joined by <c>/</c>.</param>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="LastModified">When it was last written, by the store's clock.</param>
public sealed record ObjectInfo(string Path, long SizeBytes, DateTimeOffset LastModified)
{
    /// <summary>What the store changes whenever other bytes are written, or null where it has no such thing, as a folder.</summary>
    public string? ETag { get; init; }
}

/// <summary>
/// A bucket or a folder. Paths are relative to its root, parts joined by <c>/</c>, without <c>.</c> and <c>..</c>.
/// Every method is safe to call from many threads; faults are <see cref="VarveException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>The address of the root, for messages: <c>file:///srv/logs</c>, <c>s3://bucket/prefix</c>.</summary>
    string Root { get; }

    /// <summary>The whole object, or null when there is none of that name.</summary>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// At most <paramref name="length"/> bytes (one or more) from <paramref name="offset"/> on: fewer where the object ends before, none past
    /// its end. Null when there is no object of that name.
    /// </summary>
    Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken);

    /// <summary>The last <paramref name="length"/> bytes (one or more), or the whole object when it is shorter; null when there is none.</summary>
    Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken);

    /// <summary>What a listing would show of this object, or null when there is none.</summary>
    Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Creates the object unless one of that name exists; either all bytes become visible at once or none.</summary>
    Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Writes the object, replacing one of the same name; readers see the old bytes or the new, never a mix.</summary>
    Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Objects whose path starts with <paramref name="prefix"/>, in the order of their paths' UTF-8 bytes, after <paramref name="startAfter"/>
    /// when it is given. The prefix ends at a folder: it is empty or ends with <c>/</c>.
    /// </summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken);

    /// <summary>The names of the folders directly under <paramref name="prefix"/>, in the order of their UTF-8 bytes.</summary>
    Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes the object; deleting what is not there is no fault.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the objects in as few requests as the store allows; what is not there is no fault. After a fault some may be gone: call again.
    /// </summary>
    Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken);

    /// <summary>The file that holds the object, when the store is a folder of this machine; else null.</summary>
    string? LocalPath(string path);
}
