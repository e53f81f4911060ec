namespace Varve.Query.Files;

/// <summary>Bytes of a file.</summary>
/// <param name="Start">Offset of the first.</param>
/// <param name="Length">How many, one or more.</param>
readonly record struct FileRange(long Start, long Length)
{
    /// <summary>Offset after the last.</summary>
    public long End => Start + Length;
}
