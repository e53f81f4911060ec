using Microsoft.Extensions.Logging;

namespace Varve.Ingest;

// Event ids 4000-4999.
static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Stored {Accepted} records, {Rejected} rejected, in {Table} version {Version} in {ElapsedMs} ms")]
    public static partial void Ingested(ILogger logger, long accepted, long rejected, string table, long? version, double elapsedMs);

    [LoggerMessage(4002, LogLevel.Warning, "The side indexes of {Files} data files of {Table} could not be grouped; they are read one by one until 'varve table index' is run")]
    public static partial void NotPacked(ILogger logger, Exception fault, int files, string table);
}
