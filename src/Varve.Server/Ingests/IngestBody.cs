using System.Buffers;
using System.Text.Json;
using Varve.Ingest.Formats;
using Varve.Storage;

namespace Varve.Server;

/// <summary>The body of an ingest: what its first bytes and its Content-Encoding say, before the pipeline reads it.</summary>
static class IngestBody
{
    /// <summary>The code of a fault that is answered with 415.</summary>
    public const string UnsupportedEncoding = "unsupported_encoding";

    // The upload that tests a destination has 19 bytes, and 60 as a gzip file with a name.
    const int TestBytesMax = 512;

    /// <summary>The body, plain or gzip, and whether it is only the upload with which Logpush tests a destination.</summary>
    /// <exception cref="VarveException">The Content-Encoding is not known here, or not that of the body.</exception>
    public static async Task<(Stream Body, bool IsTest)> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var isGzip = IsGzip(IngestHeaders.Find(request, "Content-Encoding"));
        var read = await request.BodyReader.ReadAtLeastAsync(TestBytesMax + 1, cancellationToken);
        var head = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, TestBytesMax + 1)).ToArray();
        var isWhole = read.IsCompleted && head.Length <= TestBytesMax;
        request.BodyReader.AdvanceTo(read.Buffer.Start);
        if (isGzip && head.Length > 0 && head is not [0x1F, 0x8B, ..])
            throw new VarveException(FaultKind.Invalid, "Content-Encoding says gzip, but the body is not gzip: compress it, or leave the header out. Nothing was stored.");
        return (request.BodyReader.AsStream(leaveOpen: true), isWhole && await IsTestAsync(head, cancellationToken));
    }

    static bool IsGzip(string? encoding) => encoding?.Trim().ToLowerInvariant() switch
    {
        null or "" or "identity" => false,
        "gzip" or "x-gzip" => true,
        _ => throw new VarveException(FaultKind.Invalid, $"A body with Content-Encoding '{encoding}' is not taken: send it plain or with gzip. Nothing was stored.")
        {
            Detail = new FaultDetail(UnsupportedEncoding),
        },
    };

    /// <summary>True for <c>{"content":"tests"}</c> and nothing else; older descriptions have <c>test</c>.</summary>
    static async Task<bool> IsTestAsync(byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await using var plain = await PlainBody.OpenAsync(new MemoryStream(body), cancellationToken);
            var text = new byte[TestBytesMax + 1];
            var length = await plain.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
            using var json = JsonDocument.Parse(text.AsMemory(0, length));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.EnumerateObject().ToList() is [var only]
                && only.NameEquals("content") && only.Value.ValueKind == JsonValueKind.String && only.Value.GetString() is "test" or "tests";
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            // No test, then: the pipeline says what is wrong with it.
            return false;
        }
    }
}
