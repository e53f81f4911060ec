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
}
