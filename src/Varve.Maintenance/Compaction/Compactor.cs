using Microsoft.Extensions.Logging;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Maintenance.Merging;
using Varve.Storage;

namespace Varve.Maintenance.Compaction;

/// <summary>
/// Replaces files by larger ones with the same rows, in one commit that says that no row changed. Any number may be at work on a table: of two that take
/// the same file the second finds it gone, and leaves nothing behind.
/// </summary>
sealed class Compactor(IObjectStore store, KeptTable table, MaintenanceLimits limits, MaintenanceOptions options, ILogger logger)
{
    readonly TableFiles _files = new(store, table, limits, options, logger);

    /// <summary>Merges the files of a job.</summary>
    /// <exception cref="VarveException">The store does not answer. Files that were written belong to no table then, and vacuum takes them.</exception>
    public async Task<CompactionOutcome> RunAsync(CompactionJob job, CancellationToken cancellationToken)
    {
        var snapshot = table.Table.Latest;
        using var copies = new LocalCopies(store, options.TemporaryFolder);
        var inputs = new List<MergeInput>();
        try
        {
            foreach (var facts in job.Files)
            {
                if (!snapshot.Files.TryGetValue(facts.Key, out var file))
                    return new CompactionOutcome.Overtaken($"{facts.Key} is no longer in the table");
                try
                {
                    inputs.Add(await _files.OpenAsync(file, copies, facts.Rows, cancellationToken));
                }
                catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt)
                {
                    return new CompactionOutcome.BadFile(facts.Key, fault.Message);
                }
            }

            return await MergeAsync(job, inputs, snapshot, cancellationToken);
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    async Task<CompactionOutcome> MergeAsync(CompactionJob job, List<MergeInput> inputs, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var written = new List<AddFile>();
        var merge = new FileMerge(inputs, _files.SpecOf(snapshot, job.Splits ? table.Dataset.IdField : null));
        var rowHash = UInt128.Zero;
        try
        {
            using var files = merge.Run(cancellationToken).GetEnumerator();
            while (await options.RunAsync(() => files.MoveNext() ? files.Current : null) is { } file)
                using (file)
                {
                    rowHash += file.RowHash;
                    written.Add(await _files.PutAsync(file, job.Date, file.Level ?? job.Level, dataChange: false, cancellationToken));
                }

            CheckRows(inputs, merge, rowHash);
        }
        catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt)
        {
            await _files.DeleteAsync(written);
            return new CompactionOutcome.BadFile(BadOne(inputs, fault), fault.Message);
        }
        catch
        {
            await _files.DeleteAsync(written);
            throw;
        }

        var rows = inputs.Sum(input => input.Reader.Rows);
        if (rows != written.Sum(TableFiles.RowsOf))
        {
            await _files.DeleteAsync(written);
            throw new VarveException(FaultKind.Internal, $"A merge of {table.Name.Path} read {rows} rows and wrote {written.Sum(TableFiles.RowsOf)}: nothing was changed.");
        }

        return await CommitAsync(inputs, written, rows, cancellationToken);
    }

    /// <summary>The rows that were read are those that the log says, and those that were written.</summary>
    void CheckRows(List<MergeInput> inputs, FileMerge merge, UInt128 written)
    {
        for (var input = 0; input < inputs.Count; input++)
            if (inputs[input].File.Tags?.GetValueOrDefault(RowHashes.Tag) is { } told && RowHashes.Text(merge.RowHashesOfInputs[input]) is var found && found != told)
                throw new VarveException(FaultKind.Corrupt, $"The data file {inputs[input].Name} has rows of the hash {found}; the table says {told}: they are not those that were stored.");
        RowHashes.CheckSame(merge.RowHashesOfInputs.Aggregate(UInt128.Zero, (sum, hash) => sum + hash), written, table.Name.Path);
    }

    async Task<CompactionOutcome> CommitAsync(List<MergeInput> inputs, List<AddFile> written, long rows, CancellationToken cancellationToken)
    {
        // What was taken meanwhile is found before a commit is tried: most races end here.
        var transaction = await table.Table.BeginAsync("OPTIMIZE", cancellationToken);
        transaction.Parameters = new Dictionary<string, string> { ["predicate"] = "[]", ["zOrderBy"] = "[]" };
        foreach (var input in inputs)
        {
            if (!transaction.Snapshot.Files.TryGetValue(TablePath.Decode(input.File.Path), out var file) || file.DeletionVector is not null)
            {
                await _files.DeleteAsync(written);
                return new CompactionOutcome.Overtaken($"{input.File.Path} is no longer in the table as it was");
            }

            transaction.ReadFile(file.Path);
            transaction.Remove(file, dataChange: false);
        }

        foreach (var file in written)
            transaction.Add(file);
        switch (await transaction.CommitAsync(cancellationToken))
        {
            case CommitOutcome.Committed committed:
                return new CompactionOutcome.Done(
                    committed.Version, inputs.Count, written.Count, rows, inputs.Sum(input => input.File.Size), written.Sum(file => file.Size));
            case CommitOutcome.Conflicted conflict:
                await _files.DeleteAsync(written);
                return new CompactionOutcome.Overtaken(conflict.Reason);
            case var other:
                throw new VarveException(FaultKind.Internal, $"A merge of {table.Name.Path} ended in {other}.");
        }
    }

    /// <summary>The file that a fault is about: its message begins with the name.</summary>
    static string BadOne(List<MergeInput> inputs, VarveException fault) =>
        TablePath.Decode((inputs.Find(input => fault.Message.Contains(input.Name, StringComparison.Ordinal)) ?? inputs[0]).File.Path);
}
