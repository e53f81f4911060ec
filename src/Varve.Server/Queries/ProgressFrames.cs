using Varve.Query;

namespace Varve.Server;

/// <summary>Says from time to time how far a query is, as long as nothing else comes of it.</summary>
sealed class ProgressFrames(QueryRun run, FrameWriter frames, TimeSpan period, TimeProvider clock, CancellationToken cancellationToken)
{
    Task? _period;

    /// <summary>What comes next of the query.</summary>
    public async Task<T> UntilAsync<T>(Task<T> next)
    {
        while (!next.IsCompleted)
        {
            // One timer for however many blocks of rows a period has.
            _period ??= Task.Delay(period, clock, cancellationToken);
            if (await Task.WhenAny(next, _period) == next)
                break;
            _period = null;
            cancellationToken.ThrowIfCancellationRequested();
            await frames.ProgressAsync(run, cancellationToken);
        }

        return await next;
    }
}
