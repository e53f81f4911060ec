using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Varve.Ingest;

namespace Varve.Server.Otlp;

/// <summary>Answers of OTLP/HTTP, in the encoding of the request.</summary>
static class OtlpAnswers
{
    const string ProtobufType = "application/x-protobuf";

    /// <summary>True for a body in Protobuf, false for JSON, null for anything else.</summary>
    public static bool? IsProtobuf(HttpRequest request) => IngestHeaders.Find(request, "Content-Type")?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        ProtobufType or "application/protobuf" => true,
        "application/json" => false,
        _ => null,
    };

    /// <summary>Answers that the records were taken, or which part of them was not.</summary>
    public static Task WriteAsync(HttpContext context, IngestOutcome? outcome)
    {
        var response = new LogsResponse();
        var body = new JsonObject();
        if (outcome is { Rejected: > 0 })
        {
            var message = string.Join("; ", outcome.Rejects.Select(reject => $"record {reject.Line}: {reject.Reason}"));
            response.PartialSuccess = new PartialSuccess { RejectedLogRecords = outcome.Rejected, ErrorMessage = message };
            body["partialSuccess"] = new JsonObject { ["rejectedLogRecords"] = outcome.Rejected.ToString(CultureInfo.InvariantCulture), ["errorMessage"] = message };
        }

        return WriteAsync(context, response, body);
    }

    /// <summary>Answers with a fault: google.rpc.Status.</summary>
    public static Task WriteFaultAsync(HttpContext context, int status, string message)
    {
        var code = CodeOf(status);
        return WriteAsync(context, new Status { Code = code, Message = message }, new JsonObject { ["code"] = code, ["message"] = message });
    }

    static async Task WriteAsync(HttpContext context, IMessage message, JsonObject json)
    {
        if (IsProtobuf(context.Request) != true)
        {
            await context.Response.WriteAsJsonAsync(json, ApiJson.Options, context.RequestAborted);
            return;
        }

        var bytes = message.ToByteArray();
        context.Response.ContentType = ProtobufType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>The code of gRPC that stands for a status.</summary>
    static int CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => 16,
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status404NotFound => 5,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status503ServiceUnavailable => 14,
        >= StatusCodes.Status500InternalServerError => 13,
        _ => 3,
    };
}
