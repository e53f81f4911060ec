using Varve.Storage;

namespace Varve.Maintenance.Merging;

/// <summary>Data files as files of this machine: where they lie, or as copies that go with this object.</summary>
/// <param name="store">The store.</param>
/// <param name="folder">Where copies are made.</param>
sealed class LocalCopies(IObjectStore store, string folder) : IDisposable
{
    const int PartBytes = 16 << 20;

    readonly string _folder = Path.Combine(folder, Path.GetRandomFileName());
    bool _isMade;

    /// <summary>The file's path on this machine.</summary>
    /// <param name="path">Its path in the store.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="VarveException">It is not there, or has another size: <see cref="FaultKind.Corrupt"/>; or the store does not answer.</exception>
    public async Task<string> GetAsync(string path, long sizeBytes, CancellationToken cancellationToken)
    {
        if (store.LocalPath(path) is { } local)
            return File.Exists(local) ? local : throw Missing(path);
        if (!_isMade)
            Directory.CreateDirectory(_folder);
        _isMade = true;
        var copy = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        await using var file = new FileStream(copy, FileMode.CreateNew, FileAccess.Write);
        while (file.Length < sizeBytes)
        {
            var part = await store.ReadRangeAsync(path, file.Length, (int)Math.Min(PartBytes, sizeBytes - file.Length), cancellationToken) ?? throw Missing(path);
            if (part.Length == 0)
                throw new VarveException(FaultKind.Corrupt, $"The data file {path} has {file.Length} bytes; the table says {sizeBytes}.");
            await file.WriteAsync(part, cancellationToken);
        }

        return copy;
    }

    public void Dispose()
    {
        if (_isMade)
            Directory.Delete(_folder, recursive: true);
    }

    static VarveException Missing(string path) => new(FaultKind.Corrupt, $"The data file {path} is missing.");
}
