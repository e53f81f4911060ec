namespace Varve.Delta.Index;

/// <summary>What the side index says of one data file.</summary>
/// <param name="MayMatch">False when no row of the file can meet all probes.</param>
/// <param name="HasColumn">True when the file's index file has a column that was asked for.</param>
/// <param name="IsUnusable">True when there is an index file that is damaged, of another file, or cannot be read: the file may match then.</param>
/// <param name="Requests">Requests to the store that it took.</param>
/// <param name="Bytes">Bytes that these gave.</param>
public readonly record struct FileIndexAnswer(bool MayMatch, bool HasColumn, bool IsUnusable, int Requests, long Bytes);
