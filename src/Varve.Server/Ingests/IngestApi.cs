using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Activity;

namespace Varve.Server;

/// <summary>Records in over HTTP, from Logpush or anything else that posts them. The answer comes after the commit that holds them.</summary>
static class IngestApi
{
    static readonly string[] Methods = [HttpMethods.Post, HttpMethods.Put];

    public static void MapIngest(this IEndpointRouteBuilder routes)
    {
        // Logpush may add a name to the address, as to any store of files.
        foreach (var path in new[] { "/api/ingest/{account}/{zone}/{dataset}", "/api/ingest/{account}/{zone}/{dataset}/{file}" })
            routes.MapMethods(path, Methods, TakeAsync)
                .WithTags("Ingest").WithSummary("Store records: NDJSON, JSON, CSV, TSV or access log lines, plain or gzip").WithMetadata(IngestRoute.Mark)
                .Accepts<string>("application/x-ndjson", "application/json", "text/csv", "text/tab-separated-values", "application/gzip", "*/*")
                .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
                .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<Ok<IngestAnswer>> TakeAsync(
        string account, string zone, string dataset, [AsParameters] IngestParameters parameters, DatasetRegistry datasets, IngestPipeline pipeline,
        IngestActivity activity, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await IngestTargets.OfAsync(datasets, account, zone, dataset, "http", context, context.Request.RouteValues["file"] as string);
        var request = parameters.For(target, context.Request);
        var (body, isTest) = await IngestBody.OpenAsync(context.Request, cancellationToken);
        if (isTest)
        {
            activity.TestUpload(target);
            return TypedResults.Ok(new IngestAnswer(0, 0, 0, false, null, []) { Test = true });
        }

        return TypedResults.Ok(IngestAnswer.Of(await pipeline.IngestAsync(request, body, cancellationToken)));
    }
}

/// <summary>What became of a body.</summary>
/// <param name="Accepted">Records stored.</param>
/// <param name="Rejected">Records kept in the rejects table.</param>
/// <param name="Filtered">Records that the dataset's ingest filter left out.</param>
/// <param name="Repeated">True when the batch had been stored before, and was not stored again.</param>
/// <param name="Version">The version of the table that holds them; null when nothing was accepted.</param>
/// <param name="Rejects">The first rejected records, by their number in the body.</param>
sealed record IngestAnswer(
    long Accepted, long Rejected, long Filtered, bool Repeated, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Version,
    IReadOnlyList<RejectedLine> Rejects)
{
    /// <summary>True when the body was the upload with which Logpush tests a destination: it is answered and not stored.</summary>
    public bool? Test { get; init; }

    public static IngestAnswer Of(IngestOutcome outcome) =>
        new(outcome.Accepted, outcome.Rejected, outcome.Filtered, outcome.Repeated, outcome.Version, outcome.Rejects);
}
