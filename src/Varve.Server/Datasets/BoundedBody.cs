using Varve.Storage;

namespace Varve.Server;

/// <summary>Reads a request's body that has to fit in memory.</summary>
static class BoundedBody
{
    /// <exception cref="VarveException">It has more bytes: <see cref="FaultKind.LimitExceeded"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > bytesMax)
                throw new VarveException(FaultKind.LimitExceeded, $"The body has more than {bytesMax} bytes. Send less.");
        }

        return content.ToArray();
    }
}
