using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>
/// Writes what a range of commits leaves as one file, so that a reader needs one read in place of many. Delta protocol: "Log Compaction
/// Files".
/// </summary>
sealed class LogCompactor(IObjectStore store, string table, SnapshotLoader loader, ILogger logger)
{
    /// <summary>A reader makes no use of a shorter range.</summary>
    public const int CommitsMin = 3;

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>
    /// Writes the compaction, unless it is there. False when a commit of the range is no longer there: then there is nothing to save.
    /// </summary>
    public async Task<bool> WriteAsync(long first, long last, CancellationToken cancellationToken)
    {
        var state = new Dictionary<object, LogLine>();
        for (var version = first; version <= last; version++)
        {
            if (await loader.ReadCommitAsync(version, cancellationToken) is not { } lines)
                return false;
            Compaction.Apply(state, lines);
        }

        var actions = Compaction.InOrder(state.Values);
        await store.PutIfAbsentAsync(_logFolder + LogFileName.Compaction(first, last), ActionJson.Write(actions), cancellationToken);
        DeltaLog.Compacted(logger, first, last, table, actions.Count);
        return true;
    }
}
