namespace Varve.Delta.Log;

/// <summary>Reads commits that are known to be there some ahead of who applies them: on a store with slow answers their waits overlap.</summary>
/// <param name="read">Reads one commit.</param>
/// <param name="last">The last version that is there.</param>
sealed class CommitPrefetch(Func<long, Task<(byte[] Text, string Path)?>> read, long last)
{
    /// <summary>Commits that are read at once.</summary>
    public const int Ahead = 8;

    readonly Dictionary<long, Task<(byte[] Text, string Path)?>> _started = [];

    /// <summary>The text of a commit; null when it was removed meanwhile. Versions are asked for in ascending order.</summary>
    public Task<(byte[] Text, string Path)?> ReadAsync(long version)
    {
        for (var next = version; next <= Math.Min(version + Ahead - 1, last); next++)
            if (!_started.ContainsKey(next))
                _started[next] = read(next);
        _started.Remove(version, out var task);
        return task ?? read(version);
    }
}
