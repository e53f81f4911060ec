using System.Collections.Concurrent;

namespace Varve.Maintenance.Compaction;

/// <summary>Files that could not be read lately: one of them does not stop the merges of the others.</summary>
/// <param name="clock">The clock.</param>
/// <param name="retryAfter">How long each is left alone.</param>
sealed class BadFiles(TimeProvider clock, TimeSpan retryAfter)
{
    readonly ConcurrentDictionary<(string Table, string Key), DateTimeOffset> _until = [];

    public void Add(string table, string key) => _until[(table, key)] = clock.GetUtcNow() + retryAfter;

    public bool Contains(string table, string key) => _until.TryGetValue((table, key), out var until)
        && (until > clock.GetUtcNow() || !_until.TryRemove((table, key), out _));
}
