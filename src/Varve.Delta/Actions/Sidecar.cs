namespace Varve.Delta.Actions;

/// <summary>A file with a share of a checkpoint's adds and removes. Delta protocol: "Sidecar File Information".</summary>
public sealed record Sidecar
{
    /// <summary>URI of the file, relative to <c>_delta_log/_sidecars</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Size in bytes.</summary>
    public long SizeInBytes { get; init; }

    /// <summary>When the file was written, in milliseconds since 1970.</summary>
    public long ModificationTime { get; init; }
}

/// <summary>What a checkpoint says of itself. Delta protocol: "Checkpoint Metadata".</summary>
public sealed record CheckpointMetadata
{
    /// <summary>The version that it is of.</summary>
    public required long Version { get; init; }

    /// <summary>Free key and value pairs; writers put counts there.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}
