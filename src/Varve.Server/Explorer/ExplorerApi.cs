using System.Text;
using Microsoft.AspNetCore.Mvc;
using Varve.Query;
using Varve.Query.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>The query routes of Cloudflare's Log Explorer, for tools that speak to it. Keys of the result are in lower case, as there.</summary>
static class ExplorerApi
{
    const int SqlBytesMax = 64 << 10;

    public static void MapExplorer(this IEndpointRouteBuilder routes)
    {
        foreach (var scope in new[] { "accounts", "zones" })
        {
            var path = $"/client/v4/{scope}/{{id}}/logs/explorer/query/sql";
            routes.MapPost(path, (string id, QueryEngine engine, HttpContext context) => PostAsync(scope, id, engine, context))
                .WithTags("Log Explorer").WithSummary($"Run the SQL in the body over {scope}").Accepts<string>("text/plain", "*/*")
                .Produces<object>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv");
            routes.MapGet(path, (string id, [FromQuery] string? query, QueryEngine engine, HttpContext context) => RunAsync(scope, id, query ?? "", engine, context))
                .WithTags("Log Explorer").WithSummary($"Run the SQL of the query parameter over {scope}")
                .Produces<object>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv");
        }
    }

    static async Task PostAsync(string scope, string id, QueryEngine engine, HttpContext context)
    {
        var body = new byte[SqlBytesMax + 1];
        var read = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        // One byte over the limit is enough for the gate to say so.
        await RunAsync(scope, id, Encoding.UTF8.GetString(body, 0, read), engine, context);
    }

    static async Task RunAsync(string scope, string id, string sql, QueryEngine engine, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var (account, zone) = await ResolveAsync(scope, id, engine, cancellationToken);
        await using var run = await engine.RunAsync(new QueryRequest(sql, account, zone), cancellationToken);
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
