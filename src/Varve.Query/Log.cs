using Microsoft.Extensions.Logging;

namespace Varve.Query;

// Event ids 5000-5999.
static partial class Log
{
    [LoggerMessage(5001, LogLevel.Error, "A {Lane} query did not stop after it was interrupted: it was given up, and the engine replaced. {GivenUp} of them still run")]
    public static partial void GivenUp(ILogger logger, string lane, int givenUp);

    [LoggerMessage(5002, LogLevel.Warning, "Stopped the {Lane} query {Id}: the process held {ResidentMiB} MiB of memory, and may hold {MaxMiB} MiB")]
    public static partial void StoppedForMemory(ILogger logger, string lane, string id, long residentMiB, long maxMiB);
}
