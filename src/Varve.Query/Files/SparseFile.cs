using Microsoft.Win32.SafeHandles;
using Varve.Storage;

namespace Varve.Query.Files;

/// <summary>A sparse file that takes further ranges. From the first on it has no map, until the last who needs the file writes it anew.</summary>
sealed class SparseFile : IDisposable
{
    readonly CachedFile _file;
    readonly SafeFileHandle _handle;

    public SparseFile(CachedFile file)
    {
        _file = file;
        lock (file.MapLock)
        {
            file.Writers++;
            try
            {
                if (!file.IsUnmapped)
                    File.Delete(file.LocalPath + CacheMap.Suffix);
                file.IsUnmapped = true;
                _handle = File.OpenHandle(file.LocalPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                if (RandomAccess.GetLength(_handle) != file.SizeBytes)
                    RandomAccess.SetLength(_handle, file.SizeBytes);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                file.Writers--;
                _handle?.Dispose();
                throw Unwritable(fault);
            }
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        lock (_file.MapLock)
            _file.Writers--;
    }

    VarveException Unwritable(Exception fault) => new(
        FaultKind.Unavailable, $"The cache file {_file.LocalPath} cannot be written: {fault.Message} Make room on that disk, or lower RangeCacheLimits.BytesMax.", fault);
}
