using Microsoft.Extensions.Logging;

namespace Varve.Ingest;

// Event ids 4000-4999.
static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Stored {Accepted} records, {Rejected} rejected, in {Table} version {Version} in {ElapsedMs} ms")]
    public static partial void Ingested(ILogger logger, long accepted, long rejected, string table, long? version, double elapsedMs);
}
