using Varve.Control;
using Varve.Query;

namespace Varve.Server.Control;

/// <summary>Notes queries in the history of who ran them.</summary>
sealed class QueryNotes(ControlHost control, ILogger<QueryNotes> logger)
{
    /// <summary>A note of a query, which is written when it is disposed of: the query is over then, one way or the other.</summary>
    public IAsyncDisposable Of(QueryRun run) => new Note(run, control, logger);

    sealed class Note(QueryRun run, ControlHost control, ILogger logger) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var request = run.Request;
            var entry = new HistoryEntry(
                request.Sql, request.Zone, request.From, request.To, run.AskedAt, Math.Round(run.Elapsed.TotalMilliseconds, 1), run.Rows, run.Outcome, RerunId.Of(run));
            try
            {
                // Who left meanwhile wants to find it again all the more.
                await control.Store.NoteAsync(request.Account, Person.Everyone, entry, CancellationToken.None);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // The answer is given: that it is not noted must not take it back.
                Log.NotNoted(logger, fault);
            }
        }
    }
}
