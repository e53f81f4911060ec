using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>The query routes of Cloudflare's Log Explorer, for tools that speak to it. Keys of the result are in lower case, as there.</summary>
static class ExplorerApi
{
    const int SqlBytesMax = 64 << 10;
    const int BodyBytesMax = 4 << 20;

    public static void MapExplorer(this IEndpointRouteBuilder routes)
    {
        foreach (var scope in new[] { "accounts", "zones" })
        {
            var path = $"/client/v4/{scope}/{{id}}/logs/explorer/query/sql";
            routes.MapPost(path, (string id, QueryEngine engine, HttpContext context) => PostAsync(scope, id, engine, context))
                .WithTags("Log Explorer").WithSummary($"Run the SQL in the body over {scope}").Accepts<string>("text/plain", "application/json", "*/*")
                .Produces<object>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv");
            routes.MapGet(path, (string id, [FromQuery] string? query, QueryEngine engine, HttpContext context) => RunAsync(scope, id, new ExplorerBody { Query = query }, engine, context))
                .WithTags("Log Explorer").WithSummary($"Run the SQL of the query parameter over {scope}")
                .Produces<object>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv");
        }
    }

    static async Task PostAsync(string scope, string id, QueryEngine engine, HttpContext context)
    {
        var isJson = context.Request.HasJsonContentType();
        var body = new byte[(isJson ? BodyBytesMax : SqlBytesMax) + 1];
        var read = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        // One byte over the limit is enough for the gate to say so.
        var content = body.AsMemory(0, read);
        await RunAsync(
            scope, id, isJson && content.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? BodyOf(content.Span) : new ExplorerBody { Query = Encoding.UTF8.GetString(content.Span) },
            engine, context);
    }

    static ExplorerBody BodyOf(ReadOnlySpan<byte> json)
    {
        if (json.Length > BodyBytesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The body is larger than {BodyBytesMax} bytes.");
        try
        {
            return JsonSerializer.Deserialize<ExplorerBody>(json, JsonSerializerOptions.Web) ?? new ExplorerBody();
        }
        catch (JsonException fault)
        {
            throw new VarveException(FaultKind.Invalid, "The body is no JSON of the form {\"query\": \"SELECT …\", \"params\": […], \"scope\": {\"zone\": …}, \"time_range\": {\"start\": …, \"end\": …}}. Send the statement alone as text/plain, or in this form.", fault);
        }
    }

    static async Task RunAsync(string scope, string id, ExplorerBody body, QueryEngine engine, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var (account, zone) = await ResolveAsync(scope, id, engine, cancellationToken);
        if (body.Scope?.Zone is { } named && zone is not null && named != zone)
            throw new VarveException(FaultKind.Invalid, $"The address names the zone '{zone}' and the body the zone '{named}': leave out one.");
        var request = new QueryRequest(body.Query ?? "", account, zone ?? body.Scope?.Zone)
        {
            From = body.TimeRange?.Start,
            To = body.TimeRange?.End,
            Parameters = QueryParameters.Read(body.Params),
        };
        await using var run = await engine.RunAsync(request, cancellationToken);
        var (contentType, format) = FormatOf(context.Request.Headers.Accept.ToString());
        if (format is not null)
        {
            context.Response.ContentType = contentType;
            await format.WriteAsync(run, context.Response.Body, cancellationToken);
            return;
        }

        // The envelope says at its start whether the query went well, so it is written when that is known.
        using var rows = new MemoryStream();
        await new JsonArrayFormat { NameOf = Lower }.WriteAsync(run, rows, cancellationToken);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync("{\"success\":true,\"errors\":[],\"messages\":"u8.ToArray(), cancellationToken);
        var messages = run.IsTruncated ? "[\"The answer was cut at the row limit: narrow the time range, or use LIMIT and OFFSET.\"]" : "[]";
        await context.Response.WriteAsync(messages + ",\"result\":", cancellationToken);
        rows.Position = 0;
        await rows.CopyToAsync(context.Response.Body, cancellationToken);
        await context.Response.Body.WriteAsync("}"u8.ToArray(), cancellationToken);
    }

    static async Task<(string Account, string? Zone)> ResolveAsync(string scope, string id, QueryEngine engine, CancellationToken cancellationToken)
    {
        var accounts = await engine.Tables.AccountsAsync(cancellationToken);
        if (scope == "accounts")
            return accounts.Contains(id) ? (id, null) : throw new VarveException(FaultKind.NotFound, $"There is no account '{id}'. GET /api/scopes names those with data.");
        var owners = new List<string>();
        foreach (var account in accounts)
            if ((await engine.Tables.ZonesAsync(account, cancellationToken)).Contains(id))
                owners.Add(account);
        return owners.Count switch
        {
            1 => (owners[0], id),
            0 => throw new VarveException(FaultKind.NotFound, $"There is no zone '{id}'. GET /api/scopes names those with data."),
            _ => throw new VarveException(FaultKind.Invalid, $"The zone '{id}' is in the accounts {string.Join(", ", owners)}: use POST /api/query, which names the account too."),
        };
    }

    static (string ContentType, RowFormat? Format) FormatOf(string accept) => accept switch
    {
        _ when accept.Contains("application/x-ndjson", StringComparison.OrdinalIgnoreCase) => ("application/x-ndjson", new NdjsonFormat { NameOf = Lower }),
        _ when accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase) => ("text/csv; charset=utf-8", new CsvFormat { NameOf = Lower }),
        _ => ("application/json", null),
    };

    static string Lower(string name) => name.ToLowerInvariant();
}

/// <summary>A statement with the values of its parameters, and what narrows it.</summary>
sealed record ExplorerBody
{
    /// <summary>The statement.</summary>
    public string? Query { get; init; }

    /// <summary>An array for <c>$1</c> and <c>?</c>, an object for <c>$name</c>.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>Of an account, the zone whose tables are read; all of its zones when absent.</summary>
    public ExplorerScope? Scope { get; init; }

    /// <summary>The time of the rows.</summary>
    [JsonPropertyName("time_range")]
    public ExplorerTimeRange? TimeRange { get; init; }
}

/// <summary>A part of an account.</summary>
sealed record ExplorerScope(string? Zone);

/// <summary>Rows before the start, and from the end on, are left out.</summary>
sealed record ExplorerTimeRange(DateTimeOffset? Start, DateTimeOffset? End);
