using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Ingest.Activity;

namespace Varve.Server.Activity;

/// <summary>What ingest shows of itself: figures, how to send, and a trial of the way.</summary>
static class ActivityApi
{
    const int TablesShownMax = 1000;

    public static void MapIngestActivity(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/ingest/status", List).WithTags("Ingest").WithSummary("What arrived since the server started, by table");
        routes.MapGet("/api/ingest/status/{account}/{zone}/{dataset}", DetailAsync).WithTags("Ingest").WithSummary("One table, with reasons of rejected lines and errors")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/api/ingest/setup", SetupAsync).WithTags("Ingest").WithSummary("Ready texts that send records to a table")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/api/ingest/test/{account}/{zone}/{dataset}", TestAsync).WithTags("Ingest").WithSummary("Send Logpush's test upload to this server itself")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    static Ok<IngestStatus> List(IngestActivity activity, string? account = null)
    {
        var tables = activity.Tables(account);
        var gauges = activity.Gauges;
        return TypedResults.Ok(new IngestStatus(
            activity.Clock.GetUtcNow(), activity.Since,
            new GaugeFigures(gauges.InFlight, gauges.Waiting, gauges.BytesHeld, gauges.BytesLimit, gauges.Refused429),
            tables.Count, [.. tables.Take(TablesShownMax)]));
    }

    static async Task<Ok<TableDetail>> DetailAsync(
        string account, string zone, string dataset, IngestActivity activity, DatasetRegistry datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok(activity.Table((await ScopeNames.ReadAsync(datasets, account, zone, dataset, cancellationToken)).Table));

    static async Task<Ok<IngestSetup>> SetupAsync(
        ServeOptions options, DatasetRegistry datasets, EndpointDataSource endpoints, HttpRequest request, string account, string zone, string dataset,
        string? host = null, CancellationToken cancellationToken = default)
    {
        var (known, table) = await ScopeNames.ReadAsync(datasets, account, zone, dataset, cancellationToken);
        var offered = endpoints.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText ?? "").ToList();
        var writer = new SetupWriter(known, table, SetupHost.Read(host, request), SetupToken.Of(options))
        {
            StoreUrl = options.EffectiveStoreUrl,
            SpeaksElasticsearch = offered.Any(pattern => pattern.StartsWith("/es/", StringComparison.Ordinal)),
            SpeaksOtlp = offered.Any(pattern => pattern.StartsWith("/otlp/", StringComparison.Ordinal)),
        };
        return TypedResults.Ok(writer.Write());
    }

    static async Task<Ok<TestResult>> TestAsync(
        string account, string zone, string dataset, DatasetRegistry datasets, SelfTest test, CancellationToken cancellationToken)
    {
        var (_, table) = await ScopeNames.ReadAsync(datasets, account, zone, dataset, cancellationToken);
        return TypedResults.Ok(await test.RunAsync(table, cancellationToken));
    }
}

/// <summary>What arrived since the server started.</summary>
/// <param name="Now">The server's time.</param>
/// <param name="Since">When counting began.</param>
/// <param name="Gauges">What ingest holds now.</param>
/// <param name="TablesTotal">Tables that something was seen of; the answer has the thousand that were seen last.</param>
/// <param name="Tables">Their figures, the last seen first.</param>
sealed record IngestStatus(DateTimeOffset Now, DateTimeOffset Since, GaugeFigures Gauges, int TablesTotal, IReadOnlyList<TableFigures> Tables);

/// <summary>What ingest holds at this moment.</summary>
/// <param name="InFlight">Batches that are not answered yet.</param>
/// <param name="Waiting">Those of them that wait for memory.</param>
/// <param name="BytesHeld">Bytes of memory they hold.</param>
/// <param name="BytesLimit">Bytes they may hold; 0 when there is no limit.</param>
/// <param name="Refused429">Batches refused for want of room since the server started.</param>
sealed record GaugeFigures(long InFlight, long Waiting, long BytesHeld, long BytesLimit, long Refused429);
