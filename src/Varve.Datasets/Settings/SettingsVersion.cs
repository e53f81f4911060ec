using System.Text.Json;

namespace Varve.Datasets.Settings;

/// <summary>One version of a settings document.</summary>
/// <param name="Version">Its number: 0 when the document was never written, else from 1.</param>
/// <param name="Document">The content; null when there is none, or when this version took it away.</param>
public sealed record SettingsVersion(long Version, JsonElement? Document)
{
    /// <summary>What stands for a document that was never written.</summary>
    public static SettingsVersion None { get; } = new(0, null);

    /// <summary>When it was written, by the clock of the process that wrote it.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Who wrote it: each attempt has an id of its own, by which a writer whose answer was lost knows its own.</summary>
    internal Guid WriteId { get; init; }
}
