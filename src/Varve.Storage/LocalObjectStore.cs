using System.Runtime.CompilerServices;

namespace Varve.Storage;

/// <summary>
/// A folder of this machine as an object store. A put writes a temporary file beside the target, flushes it to the disk and then
/// links it into place, so that a name never shows partial content, also after a crash.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
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
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("read", path, fault);
        }
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
            File.Delete(temporary);
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
            File.Delete(temporary);
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
            if (startAfter is null || string.CompareOrdinal(info.Path, startAfter) > 0)
                yield return info;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = FolderOf(prefix);
        IReadOnlyList<string> names = Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder).Select(full => Path.GetFileName(full)).Order(StringComparer.Ordinal)]
            : [];
        return Task.FromResult(names);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            File.Delete(FullPath(path));
        }
        catch (DirectoryNotFoundException)
        {
            // The folder is gone, so is the object.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("delete", path, fault);
        }

        return Task.CompletedTask;
    }

    List<ObjectInfo> List(string prefix)
    {
        var folder = FolderOf(prefix);
        if (!Directory.Exists(folder))
            return [];
        var found = new List<ObjectInfo>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (IsTemporary(file.Name))
                continue;
            var path = file.FullName[_rootWithSeparator.Length..].Replace(Path.DirectorySeparatorChar, '/');
            found.Add(new ObjectInfo(path, file.Length, file.LastWriteTimeUtc));
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return found;
    }

    static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal);

    static async Task<string> WriteTemporaryAsync(
        string path, string target, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
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
            File.Delete(temporary);
            throw Unavailable("write", path, fault);
        }
        catch (OperationCanceledException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    string FolderOf(string prefix)
    {
        if (prefix.Length == 0)
            return _root;
        if (!prefix.EndsWith('/'))
            throw new VarveException(FaultKind.Invalid, $"The prefix '{prefix}' does not end with '/': listings go by folder.");
        return FullPath(prefix[..^1]);
    }

    string FullPath(string path)
    {
        StorePath.Check(path);
        return Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));
    }

    static VarveException Unavailable(string verb, string path, Exception fault) =>
        new(FaultKind.Unavailable, $"Could not {verb} {path}: {fault.Message}", fault);
}
