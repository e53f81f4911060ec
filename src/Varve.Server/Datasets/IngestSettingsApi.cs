using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Varve.Datasets;
using Varve.Ingest.Settings;

namespace Varve.Server;

/// <summary>What ingest keeps of the records of a table.</summary>
static class IngestSettingsApi
{
    const string Route = "/api/accounts/{account}/zones/{zone}/datasets/{dataset}/ingest";

    public static void MapIngestSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, GetAsync).WithTags("Ingest").WithSummary("Ingest settings of a table, with their ETag")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPut(Route, SetAsync).WithTags("Ingest").WithSummary("Set fields, filter, redaction and index; batches under way keep what they began with")
            .Accepts<IngestSettingsBody>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        routes.MapPost(Route + "/test", TestAsync).WithTags("Ingest").WithSummary("Hold records against a filter; nothing is stored")
            .Accepts<FilterTest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    static async Task<Ok<IngestSettingsBody>> GetAsync(
        string account, string zone, string dataset, DatasetRegistry datasets, IngestSettingsSource settings, HttpResponse response,
        CancellationToken cancellationToken)
    {
        var known = await FindAsync(datasets, account, dataset, cancellationToken);
        return Answer(response, await settings.GetAsync(IngestSettingsSource.NameOf(account, zone, known), cancellationToken));
    }

    static async Task<Ok<IngestSettingsBody>> SetAsync(
        string account, string zone, string dataset, DatasetRegistry datasets, IngestSettingsSource settings, HttpContext context,
        CancellationToken cancellationToken)
    {
        var known = await FindAsync(datasets, account, dataset, cancellationToken);
        var body = await BoundedBody.ReadAsync(context.Request, new IngestSettingsLimits().SettingsBytesMax, cancellationToken);
        var table = IngestSettingsSource.NameOf(account, zone, known);
        var definition = IngestSettingsDefinition.Parse(body);
        var stored = await settings.SetAsync(table, known, definition, VersionTag.Expected(context.Request), cancellationToken);
        return Answer(context.Response, stored);
    }

    static async Task<Ok<FilterTestResult>> TestAsync(
        string account, string zone, string dataset, DatasetRegistry datasets, TimeProvider clock, HttpRequest request,
        CancellationToken cancellationToken)
    {
        var known = await FindAsync(datasets, account, dataset, cancellationToken);
        _ = IngestSettingsSource.NameOf(account, zone, known);
        var body = await BoundedBody.ReadAsync(request, new IngestSettingsLimits().TestBytesMax, cancellationToken);
        var passes = FilterTrial.Run(body, known, clock.GetUtcNow());
        return TypedResults.Ok(new FilterTestResult(passes.Count(it => it), passes));
    }

    static async Task<Dataset> FindAsync(DatasetRegistry datasets, string account, string name, CancellationToken cancellationToken)
    {
        var dataset = await datasets.GetAsync(account, name, cancellationToken);
        return dataset.Name != DatasetCatalog.RejectsName ? dataset : throw await datasets.UnknownAsync(account, name, cancellationToken);
    }

    static Ok<IngestSettingsBody> Answer(HttpResponse response, StoredIngestSettings stored)
    {
        VersionTag.Set(response, stored.Version);
        var (fields, filter, redactions) = (stored.Definition.Fields, stored.Definition.Filter, stored.Definition.Redactions);
        return TypedResults.Ok(new IngestSettingsBody(
            fields, filter, [.. redactions.Select(each => new RedactionBody(each.Field, each.Method, each.Keep > 0 ? each.Keep : null))])
        {
            Index = stored.Definition.Index,
        });
    }
}

/// <summary>Ingest settings of a table.</summary>
/// <param name="Fields">The fields that are kept; null for all.</param>
/// <param name="Filter">Logpush's filter, <c>{"where": …}</c>; null to take every record.</param>
/// <param name="Redact">What is not stored as it came.</param>
sealed record IngestSettingsBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<string>? Fields,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Filter,
    IReadOnlyList<RedactionBody> Redact)
{
    /// <summary>The fields that files get a side index of; absent for those of the dataset.</summary>
    public IReadOnlyList<string>? Index { get; init; }
}

/// <summary>One redaction.</summary>
/// <param name="Field">A field, or a key of a map.</param>
/// <param name="Method">How.</param>
/// <param name="Keep">Characters that a mask keeps.</param>
sealed record RedactionBody(string Field, RedactionMethod Method, int? Keep);

/// <summary>A filter and records to hold against it.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="Records">Records of the dataset.</param>
sealed record FilterTest(JsonElement? Filter, IReadOnlyList<JsonElement> Records);

/// <summary>What a filter would let in.</summary>
/// <param name="Passed">How many records.</param>
/// <param name="Passes">For each record whether it does.</param>
sealed record FilterTestResult(int Passed, IReadOnlyList<bool> Passes);
