using System.Text.Json.Nodes;

namespace Varve.Server;

/// <summary>Errors in Elasticsearch's form.</summary>
static class ElasticErrors
{
    /// <summary>The type of an error that the sender made.</summary>
    public const string IllegalArgument = "illegal_argument_exception";

    /// <summary>The type that stands for a status.</summary>
    public static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "security_exception",
        StatusCodes.Status404NotFound => "resource_not_found_exception",
        StatusCodes.Status413PayloadTooLarge => "content_too_long_exception",
        StatusCodes.Status429TooManyRequests => "es_rejected_execution_exception",
        StatusCodes.Status503ServiceUnavailable => "unavailable_shards_exception",
        >= StatusCodes.Status500InternalServerError => "exception",
        _ => IllegalArgument,
    };

    /// <summary>The body of an answer with this status.</summary>
    public static JsonObject Of(int status, string reason)
    {
        var type = TypeOf(status);
        return new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["root_cause"] = new JsonArray(new JsonObject { ["type"] = type, ["reason"] = reason }),
                ["type"] = type,
                ["reason"] = reason,
            },
            ["status"] = status,
        };
    }
}
