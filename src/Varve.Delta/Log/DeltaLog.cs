using Microsoft.Extensions.Logging;

namespace Varve.Delta.Log;

// Event ids 3000-3999.
static partial class DeltaLog
{
    [LoggerMessage(3001, LogLevel.Debug, "Committed version {Version} of {Table} in {ElapsedMs} ms, attempt {Attempt}")]
    public static partial void Committed(ILogger logger, long version, string table, double elapsedMs, int attempt);

    [LoggerMessage(3002, LogLevel.Information, "Wrote the checkpoint of version {Version} of {Table}: {Actions} actions, {SizeBytes} bytes")]
    public static partial void Checkpointed(ILogger logger, long version, string table, int actions, long sizeBytes);

    [LoggerMessage(3003, LogLevel.Warning, "The checkpoint of version {Version} of {Table} could not be written; the next one is tried in its time")]
    public static partial void CheckpointFailed(ILogger logger, Exception fault, long version, string table);

    [LoggerMessage(3004, LogLevel.Warning, "The checkpoint of version {Version} of {Table} is damaged; an older one and the commits after it are read instead, as far as they are there")]
    public static partial void CheckpointDamaged(ILogger logger, Exception fault, long version, string table);

    [LoggerMessage(3005, LogLevel.Warning, "The log compaction {Name} of {Table} is not used, its commits are read instead: {Reason}")]
    public static partial void CompactionNotUsed(ILogger logger, string name, string table, string reason);
}
