using Microsoft.Extensions.Logging;

namespace Varve.Maintenance;

// Event ids 6000-6999.
static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "Merged {FilesRemoved} files of {Table} into {FilesAdded}: {Rows} rows, {BytesRemoved} bytes into {BytesAdded}, version {Version}, in {ElapsedMs} ms")]
    public static partial void Merged(ILogger logger, int filesRemoved, string table, int filesAdded, long rows, long bytesRemoved, long bytesAdded, long version, double elapsedMs);

    [LoggerMessage(6002, LogLevel.Information, "A merge of {Table} was overtaken: {Reason}")]
    public static partial void Overtaken(ILogger logger, string table, string reason);

    [LoggerMessage(6003, LogLevel.Error, "The data file {File} of {Table} cannot be read and is left as it is: {Reason}")]
    public static partial void BadFile(ILogger logger, string file, string table, string reason);

    [LoggerMessage(6004, LogLevel.Warning, "{Files} files of a merge of {Table} that was given up could not be deleted; vacuum takes them")]
    public static partial void NotDeleted(ILogger logger, Exception fault, int files, string table);

    [LoggerMessage(6005, LogLevel.Warning, "{Table} could not be looked after; the next round tries again")]
    public static partial void Failed(ILogger logger, Exception fault, string table);

    [LoggerMessage(6006, LogLevel.Information, "Deleted {Files} files of {Table} that no version needs, {Bytes} bytes, and {LogFiles} old files of its log")]
    public static partial void Cleaned(ILogger logger, string table, int files, long bytes, int logFiles);

    [LoggerMessage(6007, LogLevel.Information, "{Rows} rows of {Table} went ({Cause}): {FilesRemoved} files whole, {FilesRewritten} written anew, version {Version}")]
    public static partial void Removed(ILogger logger, long rows, string table, string cause, int filesRemoved, int filesRewritten, long? version);

    [LoggerMessage(6008, LogLevel.Information, "{Operation} of {Table} by {Who}: {Reason}")]
    public static partial void RuleChanged(ILogger logger, string operation, string table, string who, string reason);
}
