using System.Text.Json;
using Google.Protobuf;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Formats;
using Varve.Storage;

namespace Varve.Server.Otlp;

/// <summary>Logs as OpenTelemetry's collector and SDKs send them over HTTP. The answer comes after the commit that holds them.</summary>
static class OtlpApi
{
    public static void MapOtlp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/otlp/{account}/{zone}/{dataset}/v1/logs", TakeAsync)
            .WithTags("Agents").WithSummary("Store log records of OTLP/HTTP, in Protobuf or JSON").WithMetadata(IngestRoute.Mark)
            .Accepts<object>("application/x-protobuf", "application/json", "*/*")
            .Produces<object>(StatusCodes.Status200OK, "application/json", "application/x-protobuf");
        routes.Map("/otlp/{**rest}", (HttpContext context) => Errors.FaultAnswers.AnswerAsync(
            context, StatusCodes.Status404NotFound, "not_found",
            $"{context.Request.Method} {context.Request.Path} is not answered here: logs are posted to /otlp/<account>/<zone>/<dataset>/v1/logs; metrics and traces are not taken.",
            null)).ExcludeFromDescription();
    }

    static async Task TakeAsync(
        string account, string zone, string dataset, DatasetRegistry datasets, IngestPipeline pipeline, ServeOptions options, HeldBytes heldBytes, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var target = await IngestTargets.OfAsync(datasets, account, zone, dataset, "otlp", context);
        var isProtobuf = OtlpAnswers.IsProtobuf(context.Request) ?? throw new VarveException(
            FaultKind.Invalid, "The Content-Type is neither application/x-protobuf nor application/json: OTLP/HTTP knows no other. Nothing was stored.")
        {
            Detail = new FaultDetail(IngestBody.UnsupportedEncoding),
        };
        using var held = heldBytes.Open();
        using var lines = new MemoryStream();
        var count = new OtlpRecords(target.Dataset).Write(await ReadAsync(context.Request, isProtobuf, options.ProtocolLimits.OtlpBytesMax, held, cancellationToken), lines);
        lines.Position = 0;
        var outcome = count == 0 ? null : await pipeline.IngestAsync(new IngestRequest(target) { Format = BodyFormat.Ndjson }, lines, cancellationToken);
        await OtlpAnswers.WriteAsync(context, outcome);
    }

    static async Task<LogsRequest> ReadAsync(HttpRequest request, bool isProtobuf, int bytesMax, HeldBytes.Lease held, CancellationToken cancellationToken)
    {
        var (body, _) = await IngestBody.OpenAsync(request, cancellationToken);
        await using var plain = await PlainBody.OpenAsync(body, cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            while (await plain.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                held.Add(read);
                content.Write(buffer, 0, read);
                if (content.Length > bytesMax)
                    throw new VarveException(FaultKind.LimitExceeded, $"The request is over the limit of {bytesMax} bytes after decompression. Nothing was stored; send smaller batches.");
            }

            var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
            return isProtobuf ? LogsRequest.Parser.ParseFrom(bytes.Span) : OtlpJson.Read(bytes);
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidProtocolBufferException or JsonException)
        {
            throw new VarveException(FaultKind.Invalid, $"The body is no export request of OTLP logs: {fault.Message} Nothing was stored.", fault);
        }
    }
}
