namespace Varve.Server;

/// <summary>
/// Headers of a call to an ingest route. Logpush turns <c>header_X=…</c> in a destination's address into a header and takes it out; a sender that used
/// that address as it stands meant the same.
/// </summary>
static class IngestHeaders
{
    static readonly string[] InAddress = ["Authorization", "Idempotency-Key", "Content-Type", "Content-Encoding"];

    /// <summary>The header's value, or that of the parameter which stands for it; null when there is neither.</summary>
    public static string? Find(HttpRequest request, string name)
    {
        if (request.Headers[name].ToString() is { Length: > 0 } header)
            return header;
        return InAddress.Contains(name, StringComparer.OrdinalIgnoreCase) && request.Query[$"header_{name}"].ToString() is { Length: > 0 } parameter ? parameter : null;
    }
}
