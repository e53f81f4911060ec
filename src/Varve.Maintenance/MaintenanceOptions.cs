using Varve.Datasets;

namespace Varve.Maintenance;

/// <summary>How maintenance is done.</summary>
public sealed record MaintenanceOptions
{
    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the work of the processor is done; null: wherever the caller is. Default null.</summary>
    public TaskScheduler? Scheduler { get; init; }

    /// <summary>The folder for copies of a bucket's files. Default: the system's.</summary>
    public string TemporaryFolder { get; init; } = Path.Combine(Path.GetTempPath(), "varve-maintenance");

    /// <summary>The fields that files of a table get a side index of; null: the dataset's own.</summary>
    public Func<TableName, Dataset, CancellationToken, ValueTask<IEnumerable<string>>>? IndexedFields { get; init; }

    internal Task<T> RunAsync<T>(Func<T> work) => Scheduler is null
        ? Task.FromResult(work())
        : Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
}
