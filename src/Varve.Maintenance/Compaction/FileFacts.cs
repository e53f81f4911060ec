namespace Varve.Maintenance.Compaction;

/// <summary>What the policy knows of a data file.</summary>
/// <param name="Key">Its decoded path.</param>
/// <param name="Date">The partition's day, as <c>yyyy-MM-dd</c>.</param>
/// <param name="Level">The level of its rows; null when they are not split.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Rows">Its rows; 0 when the log does not tell.</param>
/// <param name="Begin">Its least time in microseconds since 1970; 0 when the log does not tell.</param>
/// <param name="Added">When it was written.</param>
sealed record FileFacts(string Key, string Date, byte? Level, long SizeBytes, long Rows, long Begin, DateTimeOffset Added);

/// <summary>Files of one day and level that are to be merged.</summary>
/// <param name="Date">The day.</param>
/// <param name="Level">Their level.</param>
/// <param name="Files">The files.</param>
/// <param name="Splits">Whether their rows go apart by level.</param>
sealed record CompactionJob(string Date, byte? Level, IReadOnlyList<FileFacts> Files, bool Splits)
{
    public long SizeBytes => Files.Sum(file => file.SizeBytes);
}
