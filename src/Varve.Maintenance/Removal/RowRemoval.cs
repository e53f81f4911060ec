using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Maintenance.Merging;
using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Maintenance.Removal;

/// <summary>
/// Takes records away: whole files by the log alone, others by writing them anew. A commit stands only if no rule of the table has changed since it was
/// read: a hold that is placed meanwhile is never passed.
/// </summary>
sealed class RowRemoval(IObjectStore store, KeptTable table, MaintenanceLimits limits, MaintenanceOptions options, ILogger logger)
{
    const int TriesMax = 10;

    readonly TableFiles _files = new(store, table, limits, options, logger);

    /// <summary>Carries an order out, or tells what it would do.</summary>
    /// <exception cref="VarveException">
    /// A hold covers some of the records (<see cref="FaultKind.Conflict"/>), the condition is not one on the table's columns
    /// (<see cref="FaultKind.Invalid"/>), a file is damaged, others went on changing the table, or the store does not answer.
    /// </exception>
    public async Task<RemovalReport> RunAsync(RemovalOrder order, CancellationToken cancellationToken)
    {
        var report = new RemovalReport { DryRun = order.DryRun, CutOff = order.CutOff };
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var transaction = await table.Table.BeginAsync("DELETE", cancellationToken);
            var plan = await PlanAsync(transaction, order, cancellationToken);
            if (order.DryRun || plan.IsEmpty)
                return await DescribeAsync(report, plan, order, transaction.Snapshot, cancellationToken);
            var (outcome, added) = await ApplyAsync(transaction, plan, order, cancellationToken);
            switch (outcome)
            {
                case CommitOutcome.Committed committed:
                    report = Join(report, plan) with { Version = committed.Version, BytesAdded = report.BytesAdded + added.Sum(file => file.Size) };
                    if (plan.IsLast)
                        return report;
                    tries = -1;
                    break;
                case CommitOutcome.Conflicted:
                    await _files.DeleteAsync(added);
                    break;
                default:
                    throw new VarveException(FaultKind.Internal, $"A removal from {table.Name.Path} ended in {outcome}.");
            }
        }

        throw new VarveException(FaultKind.Unavailable, $"Others changed {table.Name.Path} {TriesMax} times while records were taken from it: try again.");
    }

    async Task<RemovalPlan> PlanAsync(OptimisticTransaction transaction, RemovalOrder order, CancellationToken cancellationToken)
    {
        var snapshot = transaction.Snapshot;
        var rules = TableRules.Read(transaction.ReadDomain);
        if (order.IsRefusedByProtection && rules.IsProtected)
            throw new VarveException(FaultKind.Conflict, $"{table.Name.Path} is protected from being emptied, as every table is until that is turned off: take the protection away first.")
            {
                Detail = new FaultDetail("protected"),
            };
        var rows = order.Rows;
        if (rules.Holds.Count > 0)
        {
            var held = new Predicate.Or([.. rules.Holds.Select(hold => RemovalOrder.Covered(hold, snapshot, table.Dataset))]);
            if (order.IsRefusedByHolds)
                await RefuseHeldAsync(snapshot, rules.Holds, rows, cancellationToken);
            else
                rows = new Predicate.And(rows, new Predicate.Not(held));
        }

        var whole = new List<AddFile>();
        var partly = new List<(AddFile File, BitArray Dropped, int Rows)>();
        var (filesHeld, bytes, isLast) = (0, 0L, true);
        var filter = new RowFilter(rows, snapshot.Schema);
        var scan = table.Table.Scan(snapshot, [.. filter.Columns]);
        foreach (var planned in new FilePruner(snapshot, rows).Plan().Files)
        {
            if (planned.IsWhole)
            {
                whole.Add(planned.File);
                continue;
            }

            if (!order.Rewrites)
            {
                filesHeld++;
                continue;
            }

            // What is written anew in one commit is bounded; the rest has its turn in the next.
            if (!order.DryRun && partly.Count > 0 && bytes + planned.SizeBytes > limits.MergeBytesMax)
            {
                isLast = false;
                break;
            }

            var (dropped, count, all) = await MatchAsync(scan, filter, planned.File, cancellationToken);
            if (count == all && count > 0)
                whole.Add(planned.File);
            else if (count > 0)
            {
                partly.Add((planned.File, dropped, count));
                bytes += planned.SizeBytes;
            }
        }

        return new RemovalPlan(rules, whole, partly, filesHeld, isLast);
    }

    /// <summary>Which rows of a file go.</summary>
    async Task<(BitArray Dropped, int Count, int All)> MatchAsync(TableScan scan, RowFilter filter, AddFile file, CancellationToken cancellationToken)
    {
        if (file.DeletionVector is not null)
            throw new VarveException(FaultKind.Invalid,
                $"The file {file.Path} of {table.Name.Path} has a deletion vector, which another program wrote: have that program purge it (REORG TABLE … APPLY (PURGE)) first.");
        var dropped = new BitArray(0);
        var (count, all) = (0, 0);
        await foreach (var batch in scan.ReadFileAsync(file, cancellationToken))
            using (batch)
            {
                dropped.Length = all + batch.Length;
                foreach (var row in filter.Select(batch))
                {
                    dropped[all + row] = true;
                    count++;
                }

                all += batch.Length;
            }

        return (dropped, count, all);
    }

    async Task RefuseHeldAsync(Snapshot snapshot, IReadOnlyList<LegalHold> holds, Predicate rows, CancellationToken cancellationToken)
    {
        foreach (var hold in holds)
            if (await CountAsync(snapshot, new Predicate.And(rows, RemovalOrder.Covered(hold, snapshot, table.Dataset)), cancellationToken) is > 0 and var count)
                throw new VarveException(FaultKind.Conflict,
                    $"{count} of these records are under the hold '{hold.Name}' (placed by {hold.By.Who} on {hold.PlacedAt:yyyy-MM-dd}: {hold.By.Reason}). Nothing was taken away. Lift the hold first, or leave its records out.")
                {
                    Detail = new FaultDetail("held"),
                };
    }

    async Task<(CommitOutcome Outcome, List<AddFile> Added)> ApplyAsync(
        OptimisticTransaction transaction, RemovalPlan plan, RemovalOrder order, CancellationToken cancellationToken)
    {
        var added = new List<AddFile>();
        try
        {
            foreach (var (file, dropped, rows) in plan.Partly)
                await RewriteAsync(transaction.Snapshot, file, dropped, dropped.Length - rows, added, cancellationToken);
            foreach (var file in plan.Files)
            {
                transaction.ReadFile(file.Path);
                transaction.Remove(file, dataChange: true);
            }

            foreach (var file in added)
                transaction.Add(file);
            transaction.Parameters = new Dictionary<string, string> { ["predicate"] = $"[\"{JsonEncodedText.Encode(order.Text)}\"]", ["cause"] = order.Cause };
            transaction.Metrics = new Dictionary<string, long> { ["numDeletedRows"] = plan.Rows };
            transaction.UserMetadata = order.By is null ? null : JsonSerializer.Serialize(order.By, RulesJsonContext.Default.Actor);
        }
        catch
        {
            await _files.DeleteAsync(added);
            throw;
        }

        return (await transaction.CommitAsync(cancellationToken), added);
    }

    /// <summary>Writes a file anew without some of its rows, and adds what was stored to a list as it is stored.</summary>
    async Task RewriteAsync(Snapshot snapshot, AddFile file, BitArray dropped, int rowsLeft, List<AddFile> added, CancellationToken cancellationToken)
    {
        using var copies = new LocalCopies(store, options.TemporaryFolder);
        using var input = (await _files.OpenAsync(file, copies, dropped.Length, cancellationToken)) with { Dropped = dropped };
        var rows = 0L;
        using var files = new FileMerge([input], _files.SpecOf(snapshot, splitBy: null)).Run(cancellationToken).GetEnumerator();
        while (await options.RunAsync(() => files.MoveNext() ? files.Current : null) is { } made)
            using (made)
            {
                rows += made.Rows;
                added.Add(await _files.PutAsync(
                    made, file.PartitionValues[TableLayout.DateColumn]!, TableFiles.LevelOf(file, table), dataChange: true, cancellationToken));
            }

        if (rows != rowsLeft)
            throw new VarveException(FaultKind.Internal, $"{file.Path} of {table.Name.Path} was to be written anew with {rowsLeft} rows and has {rows}: nothing was changed.");
    }

    async Task<RemovalReport> DescribeAsync(RemovalReport report, RemovalPlan plan, RemovalOrder order, Snapshot snapshot, CancellationToken cancellationToken)
    {
        report = Join(report, plan);
        if (!order.DryRun)
            return report;
        var held = new List<HeldRecords>();
        foreach (var hold in plan.Rules.Holds)
            if (await CountAsync(snapshot, new Predicate.And(order.Rows, RemovalOrder.Covered(hold, snapshot, table.Dataset)), cancellationToken) is > 0 and var count)
                held.Add(new HeldRecords(hold.Name, count));
        return report with { Held = held };
    }

    async Task<long> CountAsync(Snapshot snapshot, Predicate rows, CancellationToken cancellationToken) =>
        (await table.Table.Scan(snapshot).CountAsync(rows, cancellationToken)).Rows;

    RemovalReport Join(RemovalReport report, RemovalPlan plan)
    {
        var figures = new FileFigures(table.Table.Latest, new ColumnPath(table.Dataset.TimestampField.Name));
        foreach (var file in plan.Files)
        {
            figures.Load(file);
            var (min, max) = figures.Range(0);
            report = report with { Oldest = Earlier(report.Oldest, TimeOf(min), -1), Newest = Earlier(report.Newest, TimeOf(max), 1), Bytes = report.Bytes + file.Size };
        }

        return report with
        {
            FilesRemoved = report.FilesRemoved + plan.Whole.Count,
            FilesRewritten = report.FilesRewritten + plan.Partly.Count,
            FilesHeld = plan.FilesHeld,
            Rows = report.Rows + plan.Rows,
        };
    }

    /// <summary>The time of a bound; null when there is none.</summary>
    public static DateTimeOffset? TimeOf(DeltaValue? value) => value is { } known ? DateTimeOffset.UnixEpoch.AddTicks((long)known.Number * TimeSpan.TicksPerMicrosecond) : null;

    static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other, int sign) =>
        one is null ? other : other is null || one.Value.CompareTo(other.Value) * sign >= 0 ? one : other;

    /// <summary>What goes in one commit.</summary>
    sealed record RemovalPlan(
        TableRules Rules, IReadOnlyList<AddFile> Whole, IReadOnlyList<(AddFile File, BitArray Dropped, int Rows)> Partly, int FilesHeld, bool IsLast)
    {
        public IEnumerable<AddFile> Files => Whole.Concat(Partly.Select(part => part.File));

        public bool IsEmpty => Whole.Count == 0 && Partly.Count == 0;

        public long Rows => Whole.Sum(TableFiles.RowsOf) + Partly.Sum(part => part.Rows);
    }
}
