using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Query;

namespace Varve.Server;

/// <summary>The queries of an account that are not over: what they are, and a way to stop them.</summary>
static class RunningQueriesApi
{
    public static void MapRunningQueries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/queries", List).WithTags("Query").WithSummary("The account's queries that wait or run, the oldest first");
        routes.MapDelete("/api/queries/{id}", Cancel).WithTags("Query").WithSummary("Stop a query of the account")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    static Ok<QueryList> List(QueryEngine engine, string account = "default") =>
        TypedResults.Ok(new QueryList([.. engine.Running(account).Select(QueryEntry.Of)]));

    static NoContent Cancel(string id, QueryEngine engine, string account = "default")
    {
        engine.Cancel(id, account);
        return TypedResults.NoContent();
    }
}

/// <summary>Queries.</summary>
sealed record QueryList(IReadOnlyList<QueryEntry> Queries);

/// <summary>A query that waits or runs.</summary>
/// <param name="Id">Its id, as in the first frame of its answer.</param>
/// <param name="Sql">The statement.</param>
/// <param name="Zone">The zone; absent when all zones are read.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Lane"><c>light</c> or <c>heavy</c>.</param>
/// <param name="State">Whether it waits or runs.</param>
/// <param name="AskedAt">When it was asked.</param>
/// <param name="ElapsedMs">Milliseconds since then.</param>
/// <param name="Percentage">Share that is done, as the engine guesses; absent when it does not.</param>
/// <param name="Rows">Rows given so far.</param>
/// <param name="FilesRead">Files that it reads.</param>
/// <param name="BytesRead">Bytes of these.</param>
sealed record QueryEntry(
    string Id, string Sql, string? Zone, string Dataset, string Lane, QueryState State, DateTimeOffset AskedAt, double ElapsedMs, double? Percentage, long Rows,
    int FilesRead, long BytesRead)
{
    public static QueryEntry Of(QueryRun run)
    {
        var (state, percentage, rows) = run.Progress;
        return new QueryEntry(
            run.Id, run.Request.Sql, run.Request.Zone, run.Plan.Dataset.Name, run.IsHeavy ? "heavy" : "light", state, run.AskedAt,
            Math.Round(run.Elapsed.TotalMilliseconds, 1), percentage, rows, run.Plan.FilesRead, run.Plan.BytesRead);
    }
}
