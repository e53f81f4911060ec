using System.Text.Json;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Commits;
using Varve.Delta.Pruning;
using Varve.Maintenance.Removal;
using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Maintenance;

/// <content>What may go from a table and what may not, and what takes records away.</content>
public sealed partial class TableKeeper
{
    const int TriesMax = 10;
    const string DatePrefix = TableLayout.DateColumn + "=";

    /// <summary>The rules of a table as they are now.</summary>
    /// <exception cref="VarveException">There is no such table, a rule cannot be read, or the store does not answer.</exception>
    public async Task<TableRules> RulesAsync(TableName name, CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        return TableRules.Of(await table.Table.RefreshAsync(cancellationToken));
    }

    /// <summary>How a table stands.</summary>
    /// <exception cref="VarveException">As <see cref="RulesAsync"/>.</exception>
    public async Task<TableStatus> StatusAsync(TableName name, CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        var snapshot = await table.Table.RefreshAsync(cancellationToken);
        var figures = new FileFigures(snapshot, new ColumnPath(table.Dataset.TimestampField.Name));
        var (rows, small) = (0L, 0);
        DeltaValue? oldest = null, newest = null;
        foreach (var file in figures.All())
        {
            rows += file.Rows ?? 0;
            small += file.SizeBytes < _limits.TargetFileBytes / 2 ? 1 : 0;
            var (min, max) = file.Range(0);
            oldest = min is { } least && (oldest is not { } one || DeltaValue.Compare(least, one) < 0) ? min : oldest;
            newest = max is { } greatest && (newest is not { } other || DeltaValue.Compare(greatest, other) > 0) ? max : newest;
        }

        return new TableStatus(TableRules.Of(snapshot), snapshot.Version, snapshot.Files.Count, snapshot.Files.SizeBytes, rows)
        {
            FreshFiles = snapshot.Files.Partitions().Where(partition => string.IsNullOrEmpty(partition.Values.GetValueOrDefault(table.LevelColumn))).Sum(partition => partition.Files),
            SmallFiles = small,
            RemovedFiles = snapshot.Tombstones.Count,
            RemovedBytes = snapshot.Tombstones.Values.Sum(removed => removed.Size ?? 0),
            Oldest = RowRemoval.TimeOf(oldest),
            Newest = RowRemoval.TimeOf(newest),
            Last = _due.GetValueOrDefault(name.Path)?.Last,
        };
    }

    /// <summary>Sets how long records are kept. What is past it goes within the hour, and at once by <see cref="ExpireAsync(TableName,bool,CancellationToken)"/>.</summary>
    /// <exception cref="VarveException">As <see cref="RulesAsync"/>.</exception>
    public Task SetRetentionAsync(TableName name, RetentionRule rule, Actor by, CancellationToken cancellationToken) =>
        ChangeAsync(name, "SET RETENTION", by.Checked(needsReason: false), (_, transaction) => transaction.SetDomain(TableRules.RetentionDomain, TableRules.Write(rule)), cancellationToken);

    /// <summary>Sets whether the table may not be emptied.</summary>
    /// <exception cref="VarveException">As <see cref="RulesAsync"/>.</exception>
    public Task SetProtectionAsync(TableName name, bool isOn, Actor by, CancellationToken cancellationToken) =>
        ChangeAsync(name, isOn ? "PROTECT" : "UNPROTECT", by.Checked(needsReason: !isOn), (_, transaction) => transaction.SetDomain(TableRules.ProtectionDomain, TableRules.WriteProtection(isOn)), cancellationToken);

    /// <summary>Places a hold.</summary>
    /// <exception cref="VarveException">
    /// There is one of that name (<see cref="FaultKind.Conflict"/>), there are too many (<see cref="FaultKind.LimitExceeded"/>), it cannot be or its
    /// condition is none on the table's columns (<see cref="FaultKind.Invalid"/>), or as <see cref="RulesAsync"/>.
    /// </exception>
    public Task PlaceHoldAsync(TableName name, LegalHold hold, CancellationToken cancellationToken)
    {
        hold = hold.Checked() with { PlacedAt = _options.Clock.GetUtcNow() };
        return ChangeAsync(
            name,
            "PLACE HOLD",
            hold.By,
            (rules, transaction) =>
            {
                if (hold.Where is { } where)
                    PredicateText.Parse(where, transaction.Snapshot.Schema);
                if (rules.Holds.Any(other => other.Name == hold.Name))
                    throw new VarveException(FaultKind.Conflict, $"{name.Path} has a hold '{hold.Name}' already: give it another name.");
                if (rules.Holds.Count == TableRules.HoldsMax)
                    throw new VarveException(FaultKind.LimitExceeded, $"{name.Path} has {TableRules.HoldsMax} holds, which is the most: lift one first.");
                transaction.SetDomain(TableRules.HoldsDomain, TableRules.Write([.. rules.Holds, hold]));
            },
            cancellationToken);
    }

    /// <summary>Lifts a hold.</summary>
    /// <exception cref="VarveException">There is none of that name (<see cref="FaultKind.NotFound"/>), or as <see cref="RulesAsync"/>.</exception>
    public Task LiftHoldAsync(TableName name, string hold, Actor by, CancellationToken cancellationToken) => ChangeAsync(
        name,
        "LIFT HOLD",
        by.Checked(needsReason: true),
        (rules, transaction) =>
        {
            if (!rules.Holds.Any(other => other.Name == hold))
                throw new VarveException(FaultKind.NotFound, $"{name.Path} has no hold '{hold}'. It has {(rules.Holds.Count == 0 ? "none" : string.Join(", ", rules.Holds.Select(other => other.Name)))}.");
            transaction.SetDomain(TableRules.HoldsDomain, TableRules.Write([.. rules.Holds.Where(other => other.Name != hold)]));
        },
        cancellationToken);

    /// <summary>Takes away what is past the retention, but for what a hold keeps; or tells what would go.</summary>
    /// <exception cref="VarveException">A file is damaged, or as <see cref="RulesAsync"/>.</exception>
    public async Task<RemovalReport> ExpireAsync(TableName name, bool dryRun, CancellationToken cancellationToken) =>
        await ExpireAsync(await GetAsync(name, cancellationToken), dryRun, cancellationToken);

    /// <summary>Erases records for good, as for a request under privacy law: their files are written anew without them. Refused when a hold covers one.</summary>
    /// <param name="name">The table.</param>
    /// <param name="where">Which records, as <see cref="PredicateText"/> reads it.</param>
    /// <param name="by">Who asks for it, and why.</param>
    /// <param name="dryRun">Only tells what would go.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="VarveException">
    /// A hold covers some of the records (<see cref="FaultKind.Conflict"/>), it is no condition on the table's columns (<see cref="FaultKind.Invalid"/>),
    /// a file is damaged, or as <see cref="RulesAsync"/>.
    /// </exception>
    public async Task<RemovalReport> EraseAsync(TableName name, string where, Actor by, bool dryRun, CancellationToken cancellationToken)
    {
        by.Checked(needsReason: !dryRun);
        var table = await GetAsync(name, cancellationToken);
        var order = new RemovalOrder(PredicateText.Parse(where, (await table.Table.RefreshAsync(cancellationToken)).Schema), where)
        {
            Cause = "erasure", By = by, IsRefusedByHolds = true, DryRun = dryRun,
        };
        return await RemoveAsync(table, order, cancellationToken);
    }

    /// <summary>Takes all records away. Refused while the table is protected, and when a hold covers a record.</summary>
    /// <exception cref="VarveException">The table is protected (<see cref="FaultKind.Conflict"/>), or as <see cref="EraseAsync"/>.</exception>
    public async Task<RemovalReport> EmptyAsync(TableName name, Actor by, bool dryRun, CancellationToken cancellationToken)
    {
        by.Checked(needsReason: !dryRun);
        var table = await GetAsync(name, cancellationToken);
        return await RemoveAsync(
            table, new RemovalOrder(Predicate.True, "true") { Cause = "emptying", By = by, IsRefusedByHolds = true, IsRefusedByProtection = true, DryRun = dryRun }, cancellationToken);
    }

    /// <summary>Deletes files that no version within the retention of removed files needs; those of days under a hold stay.</summary>
    /// <exception cref="VarveException">As <see cref="DeltaTable.VacuumAsync"/>.</exception>
    public async Task<VacuumResult> VacuumAsync(TableName name, VacuumOptions options, CancellationToken cancellationToken) =>
        await VacuumAsync(await GetAsync(name, cancellationToken), options, cancellationToken);

    async Task<RemovalReport> ExpireAsync(KeptTable table, bool dryRun, CancellationToken cancellationToken)
    {
        var rule = TableRules.Of(await table.Table.RefreshAsync(cancellationToken)).Retention;
        return rule.CutOff(_options.Clock.GetUtcNow()) is { } cutOff
            ? await RemoveAsync(table, RemovalOrder.Before(cutOff, rule, table.Dataset, dryRun), cancellationToken)
            : new RemovalReport { DryRun = dryRun };
    }

    async Task<RemovalReport> RemoveAsync(KeptTable table, RemovalOrder order, CancellationToken cancellationToken)
    {
        var report = await new RowRemoval(store, table, _limits, _options, logger).RunAsync(order, cancellationToken);
        if (report.Version is not null)
            Log.Removed(logger, report.Rows, table.Name.Path, order.Cause, report.FilesRemoved, report.FilesRewritten, report.Version);
        return report;
    }

    static async Task<VacuumResult> VacuumAsync(KeptTable table, VacuumOptions options, CancellationToken cancellationToken)
    {
        var holds = TableRules.Of(await table.Table.RefreshAsync(cancellationToken)).Holds;
        return await table.Table.VacuumAsync(options with { Keeps = holds.Count == 0 ? null : path => IsHeld(path, holds) }, cancellationToken);
    }

    /// <summary>Whether a file may hold records under a hold: those of removed files are told by the day in their path alone.</summary>
    static bool IsHeld(string path, IReadOnlyList<LegalHold> holds)
    {
        var start = path.IndexOf(DatePrefix, StringComparison.Ordinal);
        if (start < 0 || path.Length < start + DatePrefix.Length + 10 || !DateOnly.TryParse(path.AsSpan(start + DatePrefix.Length, 10), null, out var day))
            return true;
        var begin = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return holds.Any(hold => hold.Overlaps(begin, begin.AddDays(1).AddTicks(-1)));
    }

    async Task ChangeAsync(TableName name, string operation, Actor by, Action<TableRules, OptimisticTransaction> change, CancellationToken cancellationToken)
    {
        var table = await GetAsync(name, cancellationToken);
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var transaction = await table.Table.BeginAsync(operation, cancellationToken);
            change(TableRules.Read(transaction.ReadDomain), transaction);
            transaction.UserMetadata = JsonSerializer.Serialize(by, RulesJsonContext.Default.Actor);
            if (await transaction.CommitAsync(cancellationToken) is not CommitOutcome.Committed)
                continue;
            Log.RuleChanged(logger, operation, name.Path, by.Who, by.Reason);
            return;
        }

        throw new VarveException(FaultKind.Unavailable, $"Others changed the rules of {name.Path} {TriesMax} times meanwhile: try again.");
    }

    async Task<KeptTable> GetAsync(TableName name, CancellationToken cancellationToken)
    {
        name.Check();
        return await OpenAsync(name, cancellationToken) ?? throw new VarveException(
            FaultKind.NotFound, $"There is no table at {name.Path}: it is made when the first record is stored. Check account, zone and dataset.");
    }
}
