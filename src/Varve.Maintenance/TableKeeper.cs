using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Index;
using Varve.Maintenance.Compaction;
using Varve.Storage;

namespace Varve.Maintenance;

/// <summary>
/// Looks after the tables of a store: the door of this project. Any number may be at work at once, in any processes, beside ingest and queries: what
/// two of them begin, one finishes.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="datasets">What the tables' records are.</param>
/// <param name="limits">What may be taken; the default limits when null.</param>
/// <param name="options">How it is done; the default when null.</param>
/// <param name="logger">Told of what was done, and of what cannot be.</param>
public sealed partial class TableKeeper(IObjectStore store, DatasetRegistry datasets, MaintenanceLimits? limits, MaintenanceOptions? options, ILogger<TableKeeper> logger)
{
    const int OvertakenMax = 5;

    readonly MaintenanceLimits _limits = limits ?? new MaintenanceLimits();
    readonly MaintenanceOptions _options = options ?? new MaintenanceOptions();
    readonly ConcurrentDictionary<string, DeltaTable> _tables = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, DueTimes> _due = new(StringComparer.Ordinal);
    readonly BadFiles _bad = new((options ?? new MaintenanceOptions()).Clock, (limits ?? new MaintenanceLimits()).BadFileRetryAfter);

    /// <summary>
    /// Looks after every table until nothing is left to do, without waiting for days that are over to be quiet; what fails for one does not stop the rest.
    /// </summary>
    /// <exception cref="VarveException">The store cannot be listed.</exception>
    public async Task<IReadOnlyList<TableReport>> RunOnceAsync(CancellationToken cancellationToken)
    {
        var reports = new List<TableReport>();
        await foreach (var name in StoredTables.ListAsync(store, cancellationToken))
            if (await RunOnceAsync(name, cancellationToken) is { } report)
                reports.Add(report);
        return reports;
    }

    /// <summary>Looks after one table until nothing is left to do; null when there is none at the place.</summary>
    public async Task<TableReport?> RunOnceAsync(TableName name, CancellationToken cancellationToken)
    {
        var report = await LookAfterAsync(name, new DueTimes(), _limits with { QuietFor = TimeSpan.Zero }, cancellationToken);
        _due.GetOrAdd(name.Path, _ => new DueTimes()).Last = report;
        return report;
    }

    /// <summary>Looks after every table again and again, until it is told to stop. What fails is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_limits.Interval, _options.Clock, cancellationToken);
            try
            {
                await foreach (var name in StoredTables.ListAsync(store, cancellationToken))
                    await LookAfterAsync(name, _due.GetOrAdd(name.Path, _ => new DueTimes()), _limits, cancellationToken);
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, fault, store.Root);
            }
        }
    }

    /// <summary>Compaction each time, and what else is due.</summary>
    async Task<TableReport?> LookAfterAsync(TableName name, DueTimes due, MaintenanceLimits limits, CancellationToken cancellationToken)
    {
        var report = new TableReport(name);
        try
        {
            if (await OpenAsync(name, cancellationToken) is not { } table)
                return null;
            return due.Last = await LookAfterAsync(table, due, report, limits, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the other tables are looked after.
            Log.Failed(logger, fault, name.Path);
            return due.Last = report with { Fault = fault.Message, At = _options.Clock.GetUtcNow() };
        }
    }

    async Task<TableReport> LookAfterAsync(KeptTable table, DueTimes due, TableReport report, MaintenanceLimits limits, CancellationToken cancellationToken)
    {
        var now = _options.Clock.GetUtcNow();
        report = report with { At = now };
        // What is to go need not be merged first.
        if (DueTimes.IsDue(ref due.Expiry, now, _limits.ExpireEvery))
            report = report with { Expired = await ExpireAsync(table, dryRun: false, cancellationToken) };
        report = await CompactAsync(table, report, limits, cancellationToken);
        due.HasMerged |= report.Merges > 0;
        if (due.HasMerged && DueTimes.IsDue(ref due.Packing, now, _limits.PackEvery))
        {
            await new IndexPackWriter(store, table.Table.Root, _options.Clock).WriteAsync(table.Table.Latest, cancellationToken);
            due.HasMerged = false;
        }

        return DueTimes.IsDue(ref due.Cleaning, now, _limits.CleanEvery) ? await CleanAsync(table, report, cancellationToken) : report;
    }

    async Task<TableReport> CleanAsync(KeptTable table, TableReport report, CancellationToken cancellationToken)
    {
        var logFiles = await table.Table.CleanUpLogAsync(cancellationToken);
        var vacuumed = await VacuumAsync(table, new VacuumOptions { Mode = VacuumMode.Lite, WritesHistory = false }, cancellationToken);
        if (vacuumed.Files > 0 || logFiles > 0)
            Log.Cleaned(logger, table.Name.Path, vacuumed.Files, vacuumed.SizeBytes, logFiles);
        return report with { LogFilesDeleted = logFiles, Vacuumed = new VacuumedFiles(vacuumed.Files, vacuumed.SizeBytes) };
    }

    async Task<TableReport> CompactAsync(KeptTable table, TableReport report, MaintenanceLimits limits, CancellationToken cancellationToken)
    {
        var compactor = new Compactor(store, table, limits, _options, logger);
        var overtaken = 0;
        while (overtaken < OvertakenMax)
        {
            await table.Table.RefreshAsync(cancellationToken);
            var files = TableFacts.Read(table).Where(file => !_bad.Contains(table.Name.Path, file.Key));
            var jobs = CompactionPolicy.Plan(files, table.Dataset.IdField is not null, limits, _options.Clock.GetUtcNow()).ToList();
            if (jobs.Count == 0)
                break;
            foreach (var job in jobs)
            {
                var start = _options.Clock.GetTimestamp();
                var outcome = await compactor.RunAsync(job, cancellationToken);
                overtaken += outcome is CompactionOutcome.Overtaken ? 1 : 0;
                report = Tell(outcome, report, _options.Clock.GetElapsedTime(start));
            }
        }

        return report;
    }

    TableReport Tell(CompactionOutcome outcome, TableReport report, TimeSpan elapsed)
    {
        var path = report.Table.Path;
        switch (outcome)
        {
            case CompactionOutcome.Done done:
                Log.Merged(logger, done.FilesRemoved, path, done.FilesAdded, done.Rows, done.BytesRemoved, done.BytesAdded, done.Version, elapsed.TotalMilliseconds);
                return report with
                {
                    Merges = report.Merges + 1,
                    FilesRemoved = report.FilesRemoved + done.FilesRemoved,
                    FilesAdded = report.FilesAdded + done.FilesAdded,
                    Rows = report.Rows + done.Rows,
                    BytesRemoved = report.BytesRemoved + done.BytesRemoved,
                    BytesAdded = report.BytesAdded + done.BytesAdded,
                };
            case CompactionOutcome.Overtaken overtaken:
                Log.Overtaken(logger, path, overtaken.Reason);
                return report with { Overtaken = report.Overtaken + 1 };
            case CompactionOutcome.BadFile bad:
                Log.BadFile(logger, bad.Key, path, bad.Reason);
                _bad.Add(path, bad.Key);
                return report with { BadFiles = [.. report.BadFiles, new UnreadableFile(bad.Key, bad.Reason)] };
            default:
                throw new UnreachableException();
        }
    }

    async Task<KeptTable?> OpenAsync(TableName name, CancellationToken cancellationToken)
    {
        if (await datasets.FindAsync(name.Account, name.Dataset, cancellationToken) is not { } dataset)
            return null;
        if (!_tables.TryGetValue(name.Path, out var table))
        {
            if (await DeltaTable.OpenAsync(store, name.Path, new DeltaOptions { Clock = _options.Clock }, logger, cancellationToken) is not { } opened)
                return null;
            table = _tables.GetOrAdd(name.Path, opened);
        }

        var indexed = _options.IndexedFields is { } fields ? await fields(name, dataset, cancellationToken) : dataset.IndexedFields;
        return new KeptTable(name, dataset, table, indexed.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>When each kind of work of a table is due next; at once for a table that is new to this process.</summary>
    sealed class DueTimes
    {
        public DateTimeOffset Expiry;
        public DateTimeOffset Cleaning;
        public DateTimeOffset Packing;

        /// <summary>Whether there are merged files whose side indexes are not grouped.</summary>
        public bool HasMerged;

        /// <summary>What was done last; null before the first time.</summary>
        public TableReport? Last;

        public static bool IsDue(ref DateTimeOffset next, DateTimeOffset now, TimeSpan every)
        {
            if (now < next)
                return false;
            next = now + every;
            return true;
        }
    }
}
