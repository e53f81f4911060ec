using System.Net;
using Varve.Cli.Terminal;
using Varve.Storage;

namespace Varve.Cli.Remote;

/// <summary>Sends a batch again while the server is busy or away, as long as is allowed.</summary>
/// <param name="limit">How long it goes on after the first attempt; zero: not at all.</param>
/// <param name="clock">The clock.</param>
/// <param name="random">A number in [0, 1) for each pause.</param>
/// <param name="say">Told why there is a pause, and how long.</param>
sealed class IngestRetry(TimeSpan limit, TimeProvider clock, Func<double> random, Action<string> say)
{
    static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <summary>The first answer that is final: success, or a refusal that another attempt would not change.</summary>
    /// <exception cref="VarveException">The server did not answer within the limit.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, string address, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            HttpResponseMessage? response = null;
            HttpRequestException? fault = null;
            try
            {
                response = await send();
                if (!IsWorthARetry(response.StatusCode))
                    return response;
            }
            catch (HttpRequestException broken)
            {
                fault = broken;
            }

            var pause = (response is null ? null : AskedFor(response)) ?? Pause(attempt);
            if (clock.GetElapsedTime(started) + pause > limit)
                return response ?? throw new VarveException(FaultKind.Unavailable, $"The server {address} does not answer: {fault!.Message}", fault);
            say($"{(response is null ? "The server does not answer" : $"The server is busy ({(int)response.StatusCode})")}; again in {Amounts.Duration(pause)}.");
            response?.Dispose();
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    static bool IsWorthARetry(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;

    TimeSpan? AskedFor(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - clock.GetUtcNow();
        // Those who were turned away together shall not come back together.
        return asked > TimeSpan.Zero ? asked + (PauseMin * random()) : null;
    }

    TimeSpan Pause(int attempt)
    {
        var ceiling = PauseMin * Math.Pow(2, Math.Min(attempt, 10));
        return (ceiling < PauseMax ? ceiling : PauseMax) * (0.5 + (random() / 2));
    }
}
