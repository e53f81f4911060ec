using Varve.Delta.Commits;

namespace Varve.Delta;

/// <summary>Settings of a table's reader and writer.</summary>
public sealed record DeltaOptions
{
    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A number in [0, 1) for each pause between attempts.</summary>
    public Func<double> Random { get; init; } = new Random().NextDouble;

    /// <summary>A new identity, for each commit and each table: no two may ever be the same. Default: random.</summary>
    public Func<Guid> NewId { get; init; } = Guid.NewGuid;

    /// <summary>How long a commit goes on trying against other writers. Default 30 s.</summary>
    public TimeSpan CommitDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two attempts. Default 500 ms.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Age of what is known of a table from which on a commit first looks whether the log still goes back that far: the next version could
    /// have been made and cleaned away meanwhile. Has to be well below every table's log retention. Default 1 h.
    /// </summary>
    public TimeSpan StateAgeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Appends that wait for one another through one object of a table are made as one commit. Default true.</summary>
    public bool GroupCommit { get; init; } = true;

    /// <summary>Actions after which no further append joins a commit. Default 1000.</summary>
    public int GroupCommitActionsMax { get; init; } = 1000;

    /// <summary>Bytes of actions, about, after which no further append joins a commit. Default 4 MiB.</summary>
    public long GroupCommitBytesMax { get; init; } = 4 << 20;

    /// <summary>
    /// Commits that a log compaction stands for: a table without a snapshot at hand is opened with so many fewer reads. 0: none are
    /// written. Default 10.
    /// </summary>
    public int LogCompactionInterval { get; init; } = 10;

    /// <summary>
    /// Every how-manieth version gets a checksum file, which opens the table for appending without its list of files. 1 costs each commit one
    /// more put; 10 costs an opening reader nine small reads at most. 0: none are written. Default 10.
    /// </summary>
    public int ChecksumInterval { get; init; } = 10;

    /// <summary>
    /// Applications in the table's log beyond which a checksum is written with checkpoints only: it names all of them, so that the next one
    /// would read and write as much again. Default 1000.
    /// </summary>
    public int ChecksumTransactionsMax { get; init; } = 1000;

    /// <summary>
    /// Where work is done that no caller has to wait for, for a process that stays: checkpoints, one at a time of a table. One that ends
    /// before it leaves it to a later commit. Null: the caller whose commit made one due waits. Default null.
    /// </summary>
    public TaskScheduler? BackgroundScheduler { get; init; }

    /// <summary>How the history names this program, as <c>product/version</c>.</summary>
    public string EngineInfo { get; init; } = $"varve/{typeof(DeltaOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Is told, and waited for, at each step of a commit; the version is the one that is being tried.</summary>
    internal Func<TransactionPhase, long, Task>? Observer { get; init; }
}
