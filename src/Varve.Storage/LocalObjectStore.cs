using System.Runtime.CompilerServices;

namespace Varve.Storage;

/// <summary>
/// A folder of this machine as an object store. A put writes a temporary file beside the target, flushes it to the disk and then
/// links it into place, so that a name never shows partial content, also after a crash.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    const string TemporarySuffix = ".tmp";
    const int TemporaryNameLength = 1 + 32 + 4;

    readonly string _root;
    readonly string _rootWithSeparator;

    /// <param name="folder">The folder; it is created when it is not there.</param>
    public LocalObjectStore(string folder)
    {
        _root = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(_root);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new VarveException(FaultKind.Invalid,
                $"The folder {_root} cannot be made ({fault.Message}). Name a folder that can be written.", fault);
        }

        _rootWithSeparator = Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar;
    }

    /// <inheritdoc/>
    public string Root => new Uri(_root).AbsoluteUri;

    /// <inheritdoc/>
    public string? LocalPath(string path) => FullPath(path);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = FullPath(path);
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(file))
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("read", path, fault);
        }
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, offset, length);
        return ReadPartAsync(path, size => (Math.Min(offset, size), length), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadSuffixAsync(string path, int length, CancellationToken cancellationToken)
    {
        StorePath.CheckRange(path, 0, length);
        return ReadPartAsync(path, size => (Math.Max(0, size - length), length), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var info = new FileInfo(FullPath(path));
        return Task.FromResult(info.Exists ? new ObjectInfo(path, info.Length, info.LastWriteTimeUtc) : null);
    }

    /// <inheritdoc/>
    public async Task<PutOutcome> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = FullPath(path);
        if (File.Exists(target))
            return PutOutcome.Exists;
        var temporary = await WriteTemporaryAsync(path, target, content, cancellationToken);
        try
        {
            var created = FileLink.TryCreate(temporary, target);
            if (created)
                FileLink.FlushFolder(Path.GetDirectoryName(target)!);
            return created ? PutOutcome.Created : PutOutcome.Exists;
        }
        catch (IOException fault)
        {
            throw Unavailable("create", path, fault);
        }
        finally
        {
            DeleteTemporary(temporary);
        }
    }

    /// <inheritdoc/>
    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = FullPath(path);
        var temporary = await WriteTemporaryAsync(path, target, content, cancellationToken);
        try
        {
            File.Move(temporary, target, overwrite: true);
            FileLink.FlushFolder(Path.GetDirectoryName(target)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            DeleteTemporary(temporary);
            throw Unavailable("write", path, fault);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var info in List(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (startAfter is null || StorePath.Order.Compare(info.Path, startAfter) > 0)
                yield return info;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = FolderOf(prefix);
        try
        {
            IReadOnlyList<string> names = Directory.Exists(folder)
                ? [.. Directory.EnumerateDirectories(folder).Where(HoldsObjects).Select(full => Path.GetFileName(full)).Order(StorePath.Order)]
                : [];
            return Task.FromResult(names);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("list", prefix, fault);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FullPath(path);
        try
        {
            File.Delete(file);
        }
        catch (Exception fault) when (fault is DirectoryNotFoundException || Directory.Exists(file))
        {
            // The folder is gone, so is the object; or the name is that of a folder, which is no object.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("delete", path, fault);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DeleteManyAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        foreach (var path in paths)
            StorePath.Check(path);
        foreach (var path in paths)
            await DeleteAsync(path, cancellationToken);
    }

    async Task<byte[]?> ReadPartAsync(string path, Func<long, (long Offset, int Length)> choose, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FullPath(path);
        try
        {
            using var handle = File.OpenHandle(file, options: FileOptions.Asynchronous);
            var size = RandomAccess.GetLength(handle);
            var (offset, length) = choose(size);
            var content = new byte[Math.Min(length, size - offset)];
            var filled = 0;
            while (filled < content.Length && await RandomAccess.ReadAsync(handle, content.AsMemory(filled), offset + filled, cancellationToken) is > 0 and var read)
                filled += read;
            return content[..filled];
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(file))
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("read", path, fault);
        }
    }

    List<ObjectInfo> List(string prefix)
    {
        var folder = FolderOf(prefix);
        if (!Directory.Exists(folder))
            return [];
        var found = new List<ObjectInfo>();
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                // A file may be deleted between its name and its size.
                if (!IsTemporary(file.Name) && file.Exists)
                {
                    var path = file.FullName[_rootWithSeparator.Length..].Replace(Path.DirectorySeparatorChar, '/');
                    found.Add(new ObjectInfo(path, file.Length, file.LastWriteTimeUtc));
                }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("list", prefix, fault);
        }

        found.Sort(static (a, b) => StorePath.Order.Compare(a.Path, b.Path));
        return found;
    }

    // An empty folder is none: an object store has folders only by the objects in them.
    static bool HoldsObjects(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(file => !IsTemporary(Path.GetFileName(file)));

    // Short, whatever the object is called: its own name may be as long as the file system allows.
    static string TemporaryName() => $".{Guid.NewGuid():N}{TemporarySuffix}";

    static bool IsTemporary(string name) =>
        name.Length == TemporaryNameLength && name[0] == '.' && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    static void DeleteTemporary(string temporary)
    {
        try
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It stays, in no listing; what became of the write is the answer that counts.
        }
    }

    static async Task<string> WriteTemporaryAsync(
        string path, string target, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, TemporaryName());
        try
        {
            FileLink.CreateFolder(folder);
            await using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await stream.WriteAsync(content, cancellationToken);
            stream.Flush(flushToDisk: true);
            return temporary;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            DeleteTemporary(temporary);
            throw Unavailable("write", path, fault);
        }
        catch (OperationCanceledException)
        {
            DeleteTemporary(temporary);
            throw;
        }
    }

    string FolderOf(string prefix)
    {
        StorePath.CheckPrefix(prefix);
        return prefix.Length == 0 ? _root : FullPath(prefix[..^1]);
    }

    string FullPath(string path)
    {
        StorePath.Check(path);
        return Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));
    }

    static VarveException Unavailable(string verb, string path, Exception fault) =>
        new(FaultKind.Unavailable, $"Could not {verb} {path}: {fault.Message}", fault);
}
