using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Server.Control;
using Varve.Storage;

namespace Varve.Server;

/// <summary>Varve's own query route: frames as NDJSON, streamed as they come. docs/http-api.md has their form.</summary>
static class QueryApi
{
    public static void MapQuery(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/query", RunAsync)
            .WithTags("Query").WithSummary("Run a statement; the answer is a stream of NDJSON frames, or of rows in the format that Accept names")
            .Accepts<QueryBody>("application/json")
            .Produces<string>(StatusCodes.Status200OK, "application/x-ndjson", "text/csv", "application/json", "application/jsonl", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status429TooManyRequests);
        routes.MapPost("/api/query/estimate", EstimateAsync)
            .WithTags("Query").WithSummary("What a statement would read, what each condition leaves out and why not more; it is not run")
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    static async Task<Ok<QueryEstimate>> EstimateAsync(QueryBody body, QueryEngine engine, CancellationToken cancellationToken) =>
        TypedResults.Ok(await engine.EstimateAsync(body.ToRequest(), cancellationToken));

    static async Task RunAsync(
        QueryBody body, QueryEngine engine, QueryNotes notes, ServeOptions options, TimeProvider clock, ILogger<QueryEngine> logger, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var format = AnswerFormats.Of(context.Request);
        var request = body.ToRequest() with { IsExport = format is not null || body.Export == true };
        await using var run = await engine.BeginAsync(request, cancellationToken);
        await using var note = notes.Of(run);
        if (format is not null)
        {
            await run.ColumnsAsync(cancellationToken);
            await WriteRowsAsync(context, run, format, logger);
            return;
        }

        // What the engine finds wrong with a statement it finds soon: that can still be a problem document.
        var columns = run.ColumnsAsync(cancellationToken);
        await Task.WhenAny(columns, Task.Delay(options.ProgressEvery, clock, cancellationToken));
        if (columns.IsFaulted)
            await columns;
        context.Response.ContentType = "application/x-ndjson";
        var frames = new FrameWriter(context.Response.Body);
        await frames.PlanAsync(run, cancellationToken);
        try
        {
            var progress = new ProgressFrames(run, frames, options.ProgressEvery, clock, cancellationToken);
            await progress.UntilAsync(columns);
            await frames.ColumnsAsync(run, cancellationToken);
            // Not disposed of: it holds nothing, and cannot be while it waits for rows when the caller leaves.
            var blocks = run.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await progress.UntilAsync(blocks.MoveNextAsync().AsTask()))
                await frames.RowsAsync(run, blocks.Current, cancellationToken);
            await frames.DoneAsync(run, cancellationToken);
        }
        catch (VarveException fault)
        {
            Log.QueryFailed(logger, fault, run.Plan.Dataset.Name, run.Rows);
            await frames.ErrorAsync(fault, cancellationToken);
        }
    }

    static async Task WriteRowsAsync(HttpContext context, QueryRun run, RowFormat format, ILogger logger)
    {
        try
        {
            await AnswerFormats.WriteAsync(context, run, format);
        }
        catch (VarveException fault) when (context.Response.HasStarted)
        {
            Log.QueryFailed(logger, fault, run.Plan.Dataset.Name, run.Rows);
            context.Abort();
        }
    }
}

/// <summary>A statement and its scope.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Account">The account; <c>default</c> when absent.</param>
/// <param name="Zone">The zone; all zones of the account when absent.</param>
/// <param name="From">Rows before this instant are left out.</param>
/// <param name="To">Rows from this instant on are left out.</param>
/// <param name="Params">Values of the statement's parameters: an array for <c>$1</c> and <c>?</c>, an object for <c>$name</c>.</param>
/// <param name="AsOf">A time (RFC 3339), a version, or <c>path@version,path@version</c>: the tables are read as they were then.</param>
/// <param name="Export">True when the whole answer is wanted, past the row limit.</param>
/// <param name="MaxBytes">Bytes that it may be expected to read: more is refused.</param>
/// <param name="Rerun">The rerun id of an answer, in the place of statement, scope and parameters: its rows again.</param>
sealed record QueryBody(
    string? Sql, string? Account, string? Zone, DateTimeOffset? From, DateTimeOffset? To, JsonElement? Params, string? AsOf, bool? Export, long? MaxBytes = null,
    string? Rerun = null)
{
    public QueryRequest ToRequest() => (Rerun is null ? OfStatement() : OfAnswer(Rerun)) with { BytesExpectedMax = MaxBytes };

    QueryRequest OfStatement() => new(Sql ?? "", Account ?? "default", Zone)
    {
        From = From,
        To = To,
        AsOf = AsOf is null ? null : Query.AsOf.Parse(AsOf),
        Parameters = QueryParameters.Read(Params),
    };

    QueryRequest OfAnswer(string rerun)
    {
        if (Sql is not null || Zone is not null || From is not null || To is not null || Params is not null || AsOf is not null)
            throw new VarveException(FaultKind.Invalid, "A rerun id stands for statement, zone, times, parameters and versions: leave these out beside it.");
        var request = RerunId.Read(rerun);
        return Account is null || Account == request.Account
            ? request
            : throw new VarveException(FaultKind.Invalid, $"The rerun id is of the account '{request.Account}', and the account '{Account}' was named.");
    }
}
