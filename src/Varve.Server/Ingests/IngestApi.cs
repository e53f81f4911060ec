using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Activity;

namespace Varve.Server;

/// <summary>Records in over HTTP. The answer comes after the commit that holds them.</summary>
static class IngestApi
{
    public static void MapIngest(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/ingest/{account}/{zone}/{dataset}", TakeAsync)
            .WithTags("Ingest").WithSummary("Store NDJSON, plain or gzip").Accepts<string>("application/x-ndjson", "application/gzip", "*/*")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    static async Task<Ok<IngestAnswer>> TakeAsync(
        string account, string zone, string dataset, DatasetCatalog catalog, IngestPipeline pipeline, IngestActivity activity, HttpRequest request, CancellationToken cancellationToken)
    {
        var known = catalog.Find(dataset) is { } found && found.Name != DatasetCatalog.RejectsName ? found : throw DatasetsApi.Unknown(catalog, dataset);
        var target = new IngestTarget(account, zone, known, $"http {request.HttpContext.TraceIdentifier}");
        if (await TestUpload.IsOneAsync(request.BodyReader, cancellationToken))
        {
            activity.TestUpload(target);
            return TypedResults.Ok(new IngestAnswer(0, 0, null, []));
        }

        var outcome = await pipeline.IngestAsync(target, request.BodyReader.AsStream(), cancellationToken);
        return TypedResults.Ok(new IngestAnswer(outcome.Accepted, outcome.Rejected, outcome.Version, outcome.Rejects));
    }
}

/// <summary>What became of a body.</summary>
/// <param name="Accepted">Lines stored as records.</param>
/// <param name="Rejected">Lines kept in the rejects table.</param>
/// <param name="Version">The version of the table that holds them; null when nothing was accepted.</param>
/// <param name="Rejects">The first rejected lines.</param>
sealed record IngestAnswer(
    long Accepted, long Rejected, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Version, IReadOnlyList<RejectedLine> Rejects);
