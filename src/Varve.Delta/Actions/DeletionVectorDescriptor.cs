namespace Varve.Delta.Actions;

/// <summary>Where the list of a file's deleted rows is. Delta protocol: "Deletion Vector Descriptor Schema".</summary>
public sealed record DeletionVectorDescriptor
{
    /// <summary><c>u</c>: a file named by a UUID in the table's folder; <c>p</c>: a file at an absolute path; <c>i</c>: in the descriptor itself.</summary>
    public required string StorageType { get; init; }

    /// <summary>The UUID in Z85 with a prefix folder before it, the path, or the data in Z85.</summary>
    public required string PathOrInlineDv { get; init; }

    /// <summary>Where in the file the data starts, in bytes; absent counts as 0, and for inline data it is absent.</summary>
    public int? Offset { get; init; }

    /// <summary>Size of the data in bytes, without the size and the checksum around it.</summary>
    public required int SizeInBytes { get; init; }

    /// <summary>Number of deleted rows.</summary>
    public required long Cardinality { get; init; }

    /// <summary>What tells this vector from another of the same file. Delta protocol: "Derived Fields".</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string UniqueId => Offset is { } offset ? $"{StorageType}{PathOrInlineDv}@{offset}" : StorageType + PathOrInlineDv;
}
