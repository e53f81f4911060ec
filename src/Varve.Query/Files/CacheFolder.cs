using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Varve.Storage;

namespace Varve.Query.Files;

/// <summary>The folder of a cache: a place in it that no other process uses, and what an earlier one left there.</summary>
sealed class CacheFolder : IDisposable
{
    const int PlacesMax = 64;
    const string DataSuffix = ".parquet";

    readonly string _root;
    readonly FileStream _lock;
    readonly bool _isKept;

    /// <param name="folder">The folder; it is created when it is not there. Each process takes a folder of its own in it, the first that is free.</param>
    /// <param name="root">The address of the store.</param>
    public CacheFolder(string folder, string root)
    {
        _root = root;
        folder = Path.GetFullPath(folder);
        for (var place = 0; place < PlacesMax; place++)
        {
            FullPath = Path.Combine(folder, place.ToString(CultureInfo.InvariantCulture));
            if (TryLock(FullPath) is not { } held)
                continue;
            (_lock, _isKept) = (held, place == 0);
            return;
        }

        throw new VarveException(FaultKind.Busy, $"{PlacesMax} processes use the cache in {folder}, and no more can. Stop some of them, or use another data folder.");
    }

    /// <summary>The folder with the sparse files.</summary>
    public string FullPath { get; }

    /// <summary>Where the sparse file of an object is.</summary>
    public string PathOf(string path, long sizeBytes)
    {
        var name = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_root}\n{path}\n{sizeBytes}")));
        return Path.Combine(FullPath, Convert.ToHexStringLower(name.AsSpan(0, 16)) + DataSuffix);
    }

    /// <summary>The files that an earlier process left with a valid map, the one that was used longest ago first. All else is deleted.</summary>
    public List<CachedFile> Load()
    {
        var found = new List<(CachedFile File, DateTime Written)>();
        foreach (var path in Directory.GetFiles(FullPath))
            if (path.EndsWith(DataSuffix, StringComparison.Ordinal) && Read(path) is { } file && PathOf(file.Path, file.SizeBytes) == path)
                found.Add((file, File.GetLastWriteTimeUtc(path + CacheMap.Suffix)));
        var kept = found.SelectMany(pair => new[] { pair.File.LocalPath, pair.File.LocalPath + CacheMap.Suffix }).Append(_lock.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(FullPath).Where(path => !kept.Contains(path)))
            File.Delete(path);
        return [.. found.OrderBy(pair => pair.Written).Select(pair => pair.File)];
    }

    /// <summary>Deletes a sparse file and its map. Once the map is gone, nothing of it counts.</summary>
    public static void Delete(CachedFile file)
    {
        File.Delete(file.LocalPath + CacheMap.Suffix);
        File.Delete(file.LocalPath);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isKept)
            foreach (var path in Directory.GetFiles(FullPath).Where(path => path != _lock.Name))
                File.Delete(path);
        _lock.Dispose();
    }

    static FileStream? TryLock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new VarveException(FaultKind.Invalid, $"The cache folder {folder} cannot be made: {fault.Message} Use another data folder.", fault);
        }

        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    static CachedFile? Read(string path)
    {
        try
        {
            return CacheMap.Read(path);
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or FormatException)
        {
            return null;
        }
    }
}
