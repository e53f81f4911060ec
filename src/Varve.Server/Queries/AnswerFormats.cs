using System.Text.Json;
using Varve.Query;
using Varve.Query.Formats;

namespace Varve.Server;

/// <summary>
/// Answers as rows alone, whole and in the format that Accept names. What the query covers stands in a header before them.
/// </summary>
static class AnswerFormats
{
    public const string CoverageHeader = "varve-coverage";
    public const string IdHeader = "varve-query-id";
    public const string RerunHeader = "varve-rerun";

    // Proxies refuse longer ones; the frames have the id, however long it is.
    const int HeaderLengthMax = 4_096;

    /// <summary>The format that the caller likes best; null for frames.</summary>
    public static RowFormat? Of(HttpRequest request) => request.GetTypedHeaders().Accept
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => (IsKnown: TryName(accepted.MediaType.ToString(), out var name), Name: name))
        .FirstOrDefault(accepted => accepted.IsKnown).Name is { } found ? RowFormat.Named(found) : null;

    /// <summary>Streams the answer. When the query fails on its way the connection is cut: nobody takes the part for the whole.</summary>
    public static async Task WriteAsync(HttpContext context, QueryRun run, RowFormat format)
    {
        var response = context.Response;
        response.ContentType = format.MediaType;
        response.Headers[IdHeader] = run.Id;
        if (RerunId.Of(run) is { Length: <= HeaderLengthMax } rerun)
            response.Headers[RerunHeader] = rerun;
        response.Headers[CoverageHeader] = JsonSerializer.Serialize(
            new
            {
                dataset = run.Plan.Dataset.Name,
                tables = run.Plan.Tables,
                filesTotal = run.Plan.FilesTotal,
                filesRead = run.Plan.FilesRead,
                bytesTotal = run.Plan.BytesTotal,
                bytesRead = run.Plan.BytesRead,
                filesFromLog = run.Plan.FilesFromLog,
                rowsFromLog = run.Plan.RowsFromLog,
                cached = run.IsFromCache,
            },
            JsonSerializerOptions.Web);
        await format.WriteAsync(run, response.Body, context.RequestAborted);
    }

    static bool TryName(string mediaType, out string? name)
    {
        name = mediaType.ToLowerInvariant() switch
        {
            "text/csv" => "csv",
            "application/json" => "json",
            "application/jsonl" => "ndjson",
            "application/vnd.apache.arrow.stream" => "arrow",
            "application/vnd.apache.parquet" => "parquet",
            _ => null,
        };
        return name is not null || mediaType is "application/x-ndjson" or "*/*";
    }
}
