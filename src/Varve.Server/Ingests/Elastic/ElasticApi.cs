using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Formats;

namespace Varve.Server;

/// <summary>What agents need of Elasticsearch's API to store documents: the bulk, and answers to what they ask before it.</summary>
static class ElasticApi
{
    static readonly string[] Writes = [HttpMethods.Post, HttpMethods.Put];

    public static void MapElastic(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/es/{account}/{zone}").WithMetadata(IngestRoute.Mark);
        foreach (var path in new[] { "/_bulk", "/{index}/_bulk" })
            group.MapMethods(path, Writes, BulkAsync)
                .WithTags("Agents").WithSummary("Store the documents of an Elasticsearch bulk").Accepts<string>("application/x-ndjson", "application/json", "*/*")
                .Produces<object>(StatusCodes.Status200OK, "application/json");
        var probes = group.MapGroup("").ExcludeFromDescription();
        probes.MapElasticProbes();
        probes.MapMethods("/{index}", [HttpMethods.Head], () => Results.Ok());
        probes.Map("/{**rest}", (HttpContext context) => Errors.FaultAnswers.AnswerAsync(
            context, StatusCodes.Status404NotFound, "not_found", $"{context.Request.Method} {context.Request.Path} is not answered here: this address only takes bulks.", null));
    }

    static async Task BulkAsync(
        string account, string zone, DatasetRegistry datasets, IngestPipeline pipeline, ServeOptions options, HeldBytes heldBytes, TimeProvider clock,
        HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var started = clock.GetTimestamp();
        using var held = heldBytes.Open();
        var (body, _) = await IngestBody.OpenAsync(context.Request, cancellationToken);
        await using var plain = await PlainBody.OpenAsync(body, cancellationToken);
        var lines = new BulkLines(plain, options.ProtocolLimits, options.IngestLimits.LineBytesMax, held);
        var catalog = await datasets.CatalogAsync(account, cancellationToken);
        using var bulk = await Bulk.ReadAsync(lines, context.Request.RouteValues["index"] as string, catalog, options.ProtocolLimits, cancellationToken);
        await Task.WhenAll(bulk.Parts.Select(part =>
            part.StoreAsync(pipeline, IngestTargets.Of(part.Dataset, account, zone, "elasticsearch", context), cancellationToken)));
        // When nothing could be stored the call as a whole failed, which agents answer by sending it again.
        if (bulk.Parts.Count > 0 && bulk.Parts.All(part => part.Fault is not null))
            throw bulk.Parts[0].Fault!;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        BulkAnswer.Write(json, bulk, clock.GetElapsedTime(started));
    }
}
