using System.Text.Json;
using Varve.Delta.Actions;

namespace Varve.Delta.Checkpoints;

/// <summary>Which file a checkpoint with sidecars is, in <c>_last_checkpoint</c>.</summary>
/// <param name="Path">Its name in the log folder.</param>
/// <param name="SizeInBytes">Its size without the sidecars.</param>
/// <param name="ModificationTime">When it was written, in milliseconds since 1970.</param>
sealed record LastCheckpointFile(string? Path, long? SizeInBytes, long? ModificationTime);

/// <summary>
/// The content of <c>_last_checkpoint</c>: a hint where a listing may start, never the truth. Delta protocol: "Last Checkpoint File".
/// </summary>
/// <param name="Version">Version of the checkpoint.</param>
/// <param name="Size">Number of actions in it.</param>
/// <param name="SizeInBytes">Size of its files in bytes.</param>
/// <param name="NumOfAddFiles">Number of add actions in it.</param>
/// <param name="V2Checkpoint">Its file, when its name is not the classic one.</param>
/// <param name="Checksum">The checksum of all else; set by <see cref="ToBytes"/>.</param>
sealed record LastCheckpoint(
    long Version, long Size, long? SizeInBytes = null, long? NumOfAddFiles = null, LastCheckpointFile? V2Checkpoint = null, string? Checksum = null)
{
    /// <summary>
    /// The hint, or null when there is none, or one that is torn, foreign, or not what its checksum says: it costs a longer listing.
    /// </summary>
    public static LastCheckpoint? Read(byte[]? content)
    {
        if (content is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var stated = document.RootElement.TryGetProperty("checksum", out var text)
                && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
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

    /// <summary>The content of the file, with its checksum. Version and size come first: old readers read no further.</summary>
    public byte[] ToBytes()
    {
        var checksum = CanonicalJson.Checksum(JsonSerializer.SerializeToElement(this with { Checksum = null },
            ActionJsonContext.Default.LastCheckpoint));
        return JsonSerializer.SerializeToUtf8Bytes(this with { Checksum = checksum }, ActionJsonContext.Default.LastCheckpoint);
    }
}
