using Varve.Delta.Actions;

namespace Varve.Delta.Commits;

/// <summary>
/// Whether the commits that were made since rule a transaction out, asked in the order of their versions. Nothing counts but what the
/// transaction read and does, and the winners' actions. One that no winner rules out is as good as one that had read the newest of them.
/// </summary>
/// <param name="request">What the transaction read and does.</param>
/// <param name="read">The table as the transaction read it: its predicates are about these partition columns.</param>
sealed class ConflictChecker(CommitRequest request, TableState read)
{
    readonly IsolationLevel _isolation = request.IsolationIn(read.Metadata);
    readonly HashSet<string> _reads = new(request.Reads.Files, StringComparer.Ordinal);
    readonly HashSet<string> _removes = new(request.Removes.Select(remove => TablePath.Decode(remove.Path)), StringComparer.Ordinal);
    readonly HashSet<string> _appIds = new(request.Transactions.Select(txn => txn.AppId).Concat(request.Reads.AppIds), StringComparer.Ordinal);
    readonly HashSet<string> _domains = new(request.Domains.Select(domain => domain.Domain).Concat(request.Reads.Domains), StringComparer.Ordinal);

    /// <summary>The conflict with the commit of a version, or null when there is none.</summary>
    public CommitOutcome.Conflicted? Check(long version, IReadOnlyList<LogLine> winner)
    {
        // Only the flag tells that the winner read nothing: INSERT ... SELECT has the same actions. Absent is not blind.
        var isBlindAppend = winner.Select(line => line.CommitInfo?.IsBlindAppend).FirstOrDefault(flag => flag is not null) == true;
        foreach (var line in winner)
            if (Settings(line) is var (kind, reason))
                return new CommitOutcome.Conflicted(version, kind, reason);
        foreach (var line in winner)
            if (line.Remove is { } remove && Removed(remove) is var (kind, reason))
                return new CommitOutcome.Conflicted(version, kind, reason);
        foreach (var line in winner)
            if (line.Add is { } add && Reads(add, isBlindAppend))
                return new CommitOutcome.Conflicted(version, ConflictKind.ConcurrentAppend, $"the file {add.Path} was added to what was read");
        FollowRows(winner);
        return null;
    }

    /// <summary>Rows that were read and only moved are in other files from then on: who removes these removes what was read.</summary>
    void FollowRows(IReadOnlyList<LogLine> winner)
    {
        if (!winner.Any(line => line.Remove is { DataChange: false } remove && _reads.Contains(TablePath.Decode(remove.Path))))
            return;
        foreach (var line in winner)
            if (line.Add is { DataChange: false } add)
                _reads.Add(TablePath.Decode(add.Path));
    }

    (ConflictKind Kind, string Reason)? Settings(LogLine line)
    {
        if (line.Protocol is not null)
            return (ConflictKind.ProtocolChanged, "the protocol of the table was changed");
        if (line.MetaData is not null)
            return (ConflictKind.MetadataChanged, "schema or settings of the table were changed");
        if (line.DomainMetadata is { Domain: var domain } && _domains.Contains(domain))
            return (ConflictKind.ConcurrentDomainMetadata, $"the domain {domain} was written");
        if (line.Txn is { AppId: var appId } && _appIds.Contains(appId))
            return (ConflictKind.ConcurrentTransaction, $"the progress of the application {appId} was written");
        return null;
    }

    (ConflictKind Kind, string Reason)? Removed(RemoveFile remove)
    {
        var path = TablePath.Decode(remove.Path);
        if (_removes.Contains(path))
            return (ConflictKind.ConcurrentDeleteDelete, $"the file {remove.Path} is no longer in the table");
        // Rows that only moved to another file are what they were when they were read.
        if (remove.DataChange && (request.Reads.WholeTable || _reads.Contains(path)))
            return (ConflictKind.ConcurrentDeleteRead, $"the file {remove.Path}, which was read, is no longer in the table");
        return null;
    }

    bool Reads(AddFile add, bool isBlindAppend)
    {
        if (_isolation == IsolationLevel.SnapshotIsolation || !add.DataChange || !request.Reads.DependsOnFiles)
            return false;
        if (_isolation == IsolationLevel.WriteSerializable && isBlindAppend)
            return false;
        // Files that were read by no predicate may have been chosen by anything.
        return request.Reads.WholeTable || request.Reads.Filters.Count == 0
            || request.Reads.Filters.Any(filter => filter.MayMatch(add.PartitionValues, read));
    }
}
