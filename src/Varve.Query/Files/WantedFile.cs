namespace Varve.Query.Files;

/// <summary>The ranges of a file that a query reads.</summary>
/// <param name="File">The file.</param>
/// <param name="Ranges">The ranges, in order.</param>
sealed record WantedFile(CachedFile File, List<FileRange> Ranges);
