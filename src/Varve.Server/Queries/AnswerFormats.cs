using System.Globalization;
using System.Text.Json;
using Varve.Query;
using Varve.Query.Formats;

namespace Varve.Server;

/// <summary>
/// Answers as rows alone, in the format that Accept names. What the query covers stands in a header before them, what it came to in trailers after them.
/// </summary>
static class AnswerFormats
{
    public const string CoverageHeader = "varve-coverage";
    public const string RowsTrailer = "varve-rows";
    public const string TruncatedTrailer = "varve-truncated";

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
        response.Headers[CoverageHeader] = JsonSerializer.Serialize(
            new
            {
                dataset = run.Plan.Dataset.Name,
                tables = run.Plan.Tables,
                filesTotal = run.Plan.FilesTotal,
                filesRead = run.Plan.FilesRead,
                bytesTotal = run.Plan.BytesTotal,
                bytesRead = run.Plan.BytesRead,
            },
            JsonSerializerOptions.Web);
        var hasTrailers = response.SupportsTrailers();
        if (hasTrailers)
        {
            response.DeclareTrailer(RowsTrailer);
            response.DeclareTrailer(TruncatedTrailer);
        }

        await format.WriteAsync(run, response.Body, context.RequestAborted);
        if (hasTrailers)
        {
            response.AppendTrailer(RowsTrailer, run.Rows.ToString(CultureInfo.InvariantCulture));
            response.AppendTrailer(TruncatedTrailer, run.IsTruncated ? "true" : "false");
        }
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
