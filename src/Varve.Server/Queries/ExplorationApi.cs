using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Varve.Query;
using Varve.Query.Exploring;
using Varve.Query.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>The questions that a page asks beside the one that was typed. docs/http-api.md has their forms.</summary>
static class ExplorationApi
{
    const int BucketsDefault = 120;
    const int ValuesDefault = 20;
    const int ContextDefault = 25;

    public static void MapExploration(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/api/query/hits", HitsAsync), "How many rows there are over time, in all or by the values of a field");
        Describe(routes.MapPost("/api/query/facets", FacetsAsync), "How often each field has a value, how many different ones, and the most frequent of some");
        Describe(routes.MapPost("/api/query/field-values", ValuesAsync), "The most frequent values of a field, by their beginning when it is given");
        Describe(routes.MapPost("/api/query/context", ContextAsync), "The records before and after an instant");
        Describe(routes.MapGet("/api/records/{dataset}/{id}", RecordAsync), "The record with an id").ProducesProblem(StatusCodes.Status404NotFound);
        Describe(routes.MapGet("/api/query/tail", TailApi.RunAsync), "Records as they are committed, as server-sent events")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string summary) =>
        route.WithTags("Query").WithSummary(summary).ProducesProblem(StatusCodes.Status400BadRequest);

    static async Task<Ok<Hits>> HitsAsync(HitsBody body, Exploration exploration, CancellationToken cancellationToken) =>
        TypedResults.Ok(await exploration.HitsAsync(body.ToSubject(), body.By, body.Buckets ?? BucketsDefault, cancellationToken));

    static async Task<Ok<Facets>> FacetsAsync(FacetsBody body, Exploration exploration, CancellationToken cancellationToken) =>
        TypedResults.Ok(await exploration.FacetsAsync(body.ToSubject(), body.Top ?? [], cancellationToken));

    static async Task<Ok<TopValues>> ValuesAsync(ValuesBody body, Exploration exploration, CancellationToken cancellationToken) =>
        TypedResults.Ok(await exploration.ValuesAsync(body.ToSubject(), body.Field ?? "", body.Prefix, body.Count ?? ValuesDefault, cancellationToken));

    static async Task ContextAsync(ContextBody body, Exploration exploration, HttpContext context)
    {
        var at = body.At ?? throw new VarveException(FaultKind.Invalid, "The body has no 'at': give the instant whose surroundings are wanted, such as \"2026-11-22T10:00:00Z\".");
        var (before, after) = await exploration.ContextAsync(body.ToSubject(), at, body.Count ?? ContextDefault, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WritePropertyName("before");
            WriteRecords(json, before);
            json.WritePropertyName("after");
            WriteRecords(json, after);
        });
    }

    static async Task RecordAsync(
        string dataset, string id, [FromQuery] string? account, [FromQuery] string? zone, [FromQuery] DateTimeOffset? from, [FromQuery] DateTimeOffset? to,
        Exploration exploration, HttpContext context)
    {
        var answer = await exploration.RecordAsync(new Subject(dataset, account ?? "default", zone) { From = from, To = to }, id, context.RequestAborted);
        await WriteAsync(context, json =>
        {
            json.WritePropertyName("records");
            WriteRecords(json, answer);
            json.WriteNumber("filesTotal", answer.Plan.FilesTotal);
            json.WriteNumber("filesRead", answer.Plan.FilesRead);
        });
    }

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, ValueText.JsonOptions);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    static void WriteRecords(Utf8JsonWriter json, SmallAnswer answer)
    {
        json.WriteStartArray();
        foreach (var row in answer.Rows)
            WriteRecord(json, answer.Columns, row);
        json.WriteEndArray();
    }

    /// <summary>A record as an object.</summary>
    internal static void WriteRecord(Utf8JsonWriter json, IReadOnlyList<ResultColumn> columns, IReadOnlyList<object?> row)
    {
        json.WriteStartObject();
        for (var column = 0; column < columns.Count; column++)
        {
            json.WritePropertyName(columns[column].Name);
            ValueText.WriteJson(json, row[column], columns[column].Type, quoteLargeIntegers: true);
        }

        json.WriteEndObject();
    }
}

/// <summary>What the rows are.</summary>
abstract record SubjectBody
{
    /// <summary>The dataset.</summary>
    public string? Dataset { get; init; }

    /// <summary>The account; <c>default</c> when absent.</summary>
    public string? Account { get; init; }

    /// <summary>The zone; all zones of the account when absent.</summary>
    public string? Zone { get; init; }

    /// <summary>What would stand after WHERE.</summary>
    public string? Filter { get; init; }

    /// <summary>Rows before this instant are left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Rows from this instant on are left out.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>A time (RFC 3339), a version, or <c>path@version</c>: the table is read as it was then.</summary>
    public string? AsOf { get; init; }

    /// <summary>Values of the filter's parameters.</summary>
    public JsonElement? Params { get; init; }

    public Subject ToSubject() => new(Dataset ?? "", Account ?? "default", Zone)
    {
        Filter = string.IsNullOrWhiteSpace(Filter) ? null : Filter,
        From = From,
        To = To,
        AsOf = AsOf is null ? null : Query.AsOf.Parse(AsOf),
        Parameters = QueryParameters.Read(Params),
    };
}

/// <summary>Rows over time.</summary>
sealed record HitsBody : SubjectBody
{
    /// <summary>The field whose values get a series each.</summary>
    public string? By { get; init; }

    /// <summary>About how many buckets; 120 when absent.</summary>
    public int? Buckets { get; init; }
}

/// <summary>Fields of rows.</summary>
sealed record FacetsBody : SubjectBody
{
    /// <summary>The fields whose most frequent values are wanted.</summary>
    public IReadOnlyList<string>? Top { get; init; }
}

/// <summary>Values of a field.</summary>
sealed record ValuesBody : SubjectBody
{
    /// <summary>The field.</summary>
    public string? Field { get; init; }

    /// <summary>How the values begin.</summary>
    public string? Prefix { get; init; }

    /// <summary>How many; 20 when absent.</summary>
    public int? Count { get; init; }
}

/// <summary>Records around an instant.</summary>
sealed record ContextBody : SubjectBody
{
    /// <summary>The instant.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How many on each side; 25 when absent.</summary>
    public int? Count { get; init; }
}
