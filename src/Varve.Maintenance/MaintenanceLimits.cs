namespace Varve.Maintenance;

/// <summary>What maintenance may take, and what it aims at.</summary>
public sealed record MaintenanceLimits
{
    /// <summary>Size of a compacted file, about. Default 128 MB.</summary>
    public long TargetFileBytes { get; init; } = 128_000_000;

    /// <summary>Bytes of files that are merged at once; when they are in a bucket, so much of the disk is taken meanwhile. Default 256 MB.</summary>
    public long MergeBytesMax { get; init; } = 256_000_000;

    /// <summary>Files that are merged at once. Default 512.</summary>
    public int MergeFilesMax { get; init; } = 512;

    /// <summary>Bytes of decoded columns that a merge keeps. Default 192 MiB.</summary>
    public long MergeMemoryBytesMax { get; init; } = 192L << 20;

    /// <summary>Files fresh from ingest that a day may have before they are merged. Default 64.</summary>
    public int FreshFilesMax { get; init; } = 64;

    /// <summary>Rows from which on files fresh from ingest are split by level when they are merged; fewer stay together. Default 50,000.</summary>
    public int SplitRowsMin { get; init; } = 50_000;

    /// <summary>How long a day that is over must have had no new file before what is left of it is merged. Default 1 h.</summary>
    public TimeSpan QuietFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a file that could not be read is left alone. Default 6 h.</summary>
    public TimeSpan BadFileRetryAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Bytes from which on a compacted file gets a side index. Default 16 KiB.</summary>
    public int IndexedFileBytesMin { get; init; } = 16 << 10;

    /// <summary>How often each table is looked after by a process that stays. Default 1 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a process that stays takes away what is past its retention. Default 1 h.</summary>
    public TimeSpan ExpireEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often a process that stays deletes files that no version needs, and old files of the log. Default 1 d.</summary>
    public TimeSpan CleanEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often a process that stays groups side indexes of merged files. Default 1 h.</summary>
    public TimeSpan PackEvery { get; init; } = TimeSpan.FromHours(1);
}
