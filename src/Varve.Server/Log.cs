namespace Varve.Server;

// Event ids 8000-8999.
static partial class Log
{
    [LoggerMessage(8001, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception fault, string method, string path);

    [LoggerMessage(8002, LogLevel.Warning, "A query on {Dataset} failed after {Rows} rows")]
    public static partial void QueryFailed(ILogger logger, Exception fault, string dataset, long rows);

    [LoggerMessage(8003, LogLevel.Warning, "A query could not be noted in the history; its answer was given")]
    public static partial void NotNoted(ILogger logger, Exception fault);
}
