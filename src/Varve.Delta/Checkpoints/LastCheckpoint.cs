using System.Text.Json;
using Varve.Delta.Actions;

namespace Varve.Delta.Checkpoints;

/// <summary>The content of <c>_last_checkpoint</c>: a hint where a listing may start, never the truth. Delta protocol: "Last Checkpoint File".</summary>
/// <param name="Version">Version of the checkpoint.</param>
/// <param name="Size">Number of actions in it.</param>
/// <param name="SizeInBytes">Size of the file in bytes.</param>
/// <param name="NumOfAddFiles">Number of add actions in it.</param>
sealed record LastCheckpoint(long Version, long Size, long? SizeInBytes = null, long? NumOfAddFiles = null)
{
    /// <summary>The hint, or null when there is none, or one that is torn, foreign, or not what its checksum says: it costs a longer listing.</summary>
    public static LastCheckpoint? Read(byte[]? content)
    {
        if (content is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var stated = document.RootElement.TryGetProperty("checksum", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            if (stated is not null && stated != CanonicalJson.Checksum(document.RootElement))
                return null;
            return document.RootElement.Deserialize(ActionJsonContext.Default.LastCheckpoint);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Text that is no Unicode is an InvalidOperationException.
            return null;
        }
    }
}
