using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Storage;

namespace Varve.Server;

/// <summary>Probes for what runs the server.</summary>
static class HealthApi
{
    static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok(new Health("ok"))).WithTags("Probes").WithSummary("The process runs");
        routes.MapGet("/readyz", ReadyAsync).WithTags("Probes").WithSummary("The object store answers");
    }

    static async Task<Results<Ok<Health>, JsonHttpResult<Health>>> ReadyAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ReadyTimeout);
        try
        {
            await store.ListFoldersAsync("accounts/", timeout.Token);
            return TypedResults.Ok(new Health("ok"));
        }
        catch (Exception fault) when (fault is VarveException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return TypedResults.Json(new Health($"The store {store.Root} does not answer: {fault.Message}"), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>The answer of a probe.</summary>
/// <param name="Status"><c>ok</c>, or what is wrong.</param>
sealed record Health(string Status);
