using Microsoft.Extensions.Logging;

namespace Varve.Delta.Log;

// Event ids 3000-3999.
static partial class DeltaLog
{
    [LoggerMessage(3001, LogLevel.Debug, "Committed version {Version} of {Table} in {ElapsedMs} ms, attempt {Attempt}")]
    public static partial void Committed(ILogger logger, long version, string table, double elapsedMs, int attempt);

    [LoggerMessage(3002, LogLevel.Information, "Wrote the checkpoint of version {Version} of {Table}: {Actions} actions, {SizeBytes} bytes")]
    public static partial void Checkpointed(ILogger logger, long version, string table, long actions, long sizeBytes);

    [LoggerMessage(3003, LogLevel.Warning, "The checkpoint of version {Version} of {Table} could not be written; the next one is tried in its time")]
    public static partial void CheckpointFailed(ILogger logger, Exception fault, long version, string table);

    [LoggerMessage(3004, LogLevel.Warning, "The checkpoint of version {Version} of {Table} is damaged; an older one and the commits after it are read instead, as far as they are there")]
    public static partial void CheckpointDamaged(ILogger logger, Exception fault, long version, string table);

    [LoggerMessage(3005, LogLevel.Warning, "The log compaction {Name} of {Table} is not used, its commits are read instead: {Reason}")]
    public static partial void CompactionNotUsed(ILogger logger, string name, string table, string reason);

    [LoggerMessage(3020, LogLevel.Warning, "The hint to the checkpoint of version {Version} of {Table} could not be written: opening the table lists more of its log")]
    public static partial void HintFailed(ILogger logger, Exception fault, long version, string table);

    [LoggerMessage(3021, LogLevel.Debug, "Wrote the log compaction of versions {First} to {Last} of {Table}: {Actions} actions")]
    public static partial void Compacted(ILogger logger, long first, long last, string table, int actions);

    [LoggerMessage(3022, LogLevel.Warning, "Housekeeping ({Task}) after version {Version} of {Table} failed; it is tried again in its time")]
    public static partial void HousekeepingFailed(ILogger logger, Exception fault, string task, long version, string table);

    [LoggerMessage(3023, LogLevel.Information, "Deleted {Files} files of the log of {Table} from before version {Version}")]
    public static partial void LogCleanedUp(ILogger logger, int files, string table, long version);

    [LoggerMessage(3024, LogLevel.Information, "Vacuum of {Table}: deleted {Files} files, {SizeBytes} bytes")]
    public static partial void Vacuumed(ILogger logger, string table, int files, long sizeBytes);

    [LoggerMessage(3025, LogLevel.Error, "The checksum of version {Version} of {Table} is wrong: {Differences}. The log is right; delete the file, and look which program wrote it")]
    public static partial void ChecksumWrong(ILogger logger, long version, string table, string differences);

    [LoggerMessage(3026, LogLevel.Warning, "The side index {Path} of {Table} is not used, so its data file is read; of further ones of the table nothing is said. Write it anew with varve table index --rebuild")]
    public static partial void IndexNotUsed(ILogger logger, Exception fault, string path, string table);
}
