namespace Varve.Delta.Columns;

/// <summary>One file as a commit names it.</summary>
readonly ref struct FileRow
{
    /// <summary>Its decoded path, UTF-8.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its partition values as the JSON object that was found.</summary>
    public required ReadOnlySpan<byte> Partition { get; init; }

    /// <summary>What tells its deletion vector from another.</summary>
    public required string? Vector { get; init; }

    /// <summary>Where its line starts in the text.</summary>
    public required int LineStart { get; init; }

    /// <summary>Where its line ends.</summary>
    public required int LineEnd { get; init; }
}
