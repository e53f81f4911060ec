using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>
/// A commit that depends on what it read. It records what that was and what is to be done, and stands as long as no commit made since its
/// snapshot changes what it read. Not safe to use from several threads; committed once. Delta protocol: "Delta Table Specification", "Actions".
/// </summary>
/// <remarks>What the files hold is the duty of whoever writes them: no null where none is allowed, and statistics with the number of rows.</remarks>
public sealed class OptimisticTransaction
{
    readonly Func<CommitRequest, CancellationToken, Task<CommitOutcome>> _commit;
    readonly TimeProvider _clock;
    readonly List<PartitionFilter> _filters = [];
    readonly HashSet<string> _files = new(StringComparer.Ordinal);
    readonly HashSet<string> _appIds = new(StringComparer.Ordinal);
    readonly HashSet<string> _domainsRead = new(StringComparer.Ordinal);
    readonly List<AddFile> _adds = [];
    readonly List<RemoveFile> _removes = [];
    readonly List<AppTransaction> _transactions = [];
    readonly List<DomainMetadata> _domains = [];
    TableMetadata? _metadata;
    TableProtocol? _protocol;
    bool _wholeTable;
    bool _isCommitted;

    internal OptimisticTransaction(
        Snapshot snapshot, string operation, TimeProvider clock, Func<CommitRequest, CancellationToken, Task<CommitOutcome>> commit) =>
        (Snapshot, Operation, _clock, _commit) = (snapshot, operation, clock, commit);

    /// <summary>The table as the transaction sees it.</summary>
    public Snapshot Snapshot { get; }

    /// <summary>What is done, as Delta's history names it.</summary>
    public string Operation { get; }

    /// <summary>How it was asked for; shown by the history.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; set; } = new Dictionary<string, string>();

    /// <summary>What was done in numbers, beside files and bytes, which are counted.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; set; } = new Dictionary<string, long>();

    /// <summary>Free text that the history keeps.</summary>
    public string? UserMetadata { get; set; }

    /// <summary>
    /// How it is kept apart from others; null is the table's own level, <c>delta.isolationLevel</c>. A commit that only rearranges rows is at
    /// <see cref="IsolationLevel.SnapshotIsolation"/> whatever is set.
    /// </summary>
    public IsolationLevel? IsolationLevel { get; set; }

    /// <summary>Records that the whole table was read.</summary>
    public void ReadWholeTable() => _wholeTable = true;

    /// <summary>Records that all files of some partitions were asked for.</summary>
    public void Read(PartitionFilter filter) => _filters.Add(filter);

    /// <summary>Records that a file was read.</summary>
    public void ReadFile(string path) => _files.Add(TablePath.Decode(path));

    /// <summary>The files of some partitions; records that they were asked for and read.</summary>
    public IReadOnlyList<AddFile> ReadFiles(PartitionFilter filter)
    {
        Read(filter);
        List<AddFile> files = [.. Snapshot.Files.InPartitions(values => filter.MayMatch(values, Snapshot))];
        foreach (var file in files)
            ReadFile(file.Path);
        return files;
    }

    /// <summary>The progress of an application, or null when it has none; records that it was read.</summary>
    public AppTransaction? ReadTransaction(string appId)
    {
        _appIds.Add(appId);
        return Snapshot.Transactions.GetValueOrDefault(appId);
    }

    /// <summary>The configuration of a domain, or null when there is none; records that it was read.</summary>
    public string? ReadDomain(string domain)
    {
        _domainsRead.Add(domain);
        return Snapshot.Domains.TryGetValue(domain, out var found) && !found.Removed ? found.Configuration : null;
    }

    /// <summary>Adds a file.</summary>
    public void Add(AddFile file) => _adds.Add(file);

    /// <summary>Removes a file as it is given.</summary>
    public void Remove(RemoveFile file) => _removes.Add(file);

    /// <summary>Removes a live file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataChange">False when its rows stay in the table, in files that are added.</param>
    public void Remove(AddFile file, bool dataChange) => _removes.Add(new RemoveFile
    {
        Path = file.Path,
        DeletionTimestamp = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        DataChange = dataChange,
        ExtendedFileMetadata = true,
        PartitionValues = file.PartitionValues,
        Size = file.Size,
        DeletionVector = file.DeletionVector,
        BaseRowId = file.BaseRowId,
        DefaultRowCommitVersion = file.DefaultRowCommitVersion,
    });

    /// <summary>Writes the progress of an application: when the table has it already, nothing of the transaction is written.</summary>
    public void SetTransaction(string appId, long version) => _transactions.Add(new AppTransaction { AppId = appId, Version = version });

    /// <summary>Writes a domain. The first one of a table adds the feature <c>domainMetadata</c> to its protocol.</summary>
    /// <exception cref="VarveException">The domain is one of the protocol's own: <see cref="FaultKind.Invalid"/>.</exception>
    public void SetDomain(string domain, string configuration) => Write(new DomainMetadata { Domain = domain, Configuration = configuration });

    /// <summary>Takes a domain away.</summary>
    /// <exception cref="VarveException">The domain is one of the protocol's own: <see cref="FaultKind.Invalid"/>.</exception>
    public void RemoveDomain(string domain) => Write(new DomainMetadata { Domain = domain, Configuration = "", Removed = true });

    /// <summary>Replaces schema and settings; the features that they need are added to the protocol in the same commit.</summary>
    public void SetMetadata(TableMetadata metadata) => _metadata = metadata;

    /// <summary>Replaces the protocol; it may only gain.</summary>
    public void SetProtocol(TableProtocol protocol) => _protocol = protocol;

    /// <summary>Makes the commit. It is durable when the outcome is <see cref="CommitOutcome.Committed"/>.</summary>
    /// <exception cref="VarveException">
    /// The table cannot be written or the transaction is against the protocol (<see cref="FaultKind.Invalid"/>), or the store does not answer
    /// or others won until the deadline (<see cref="FaultKind.Unavailable"/>).
    /// </exception>
    public async Task<CommitOutcome> CommitAsync(CancellationToken cancellationToken)
    {
        if (_isCommitted)
            throw new VarveException(FaultKind.Internal,
                $"The transaction {Operation} on version {Snapshot.Version} was committed before: begin another.");
        _isCommitted = true;
        return await _commit(ToRequest(), cancellationToken);
    }

    CommitRequest ToRequest() => new()
    {
        Operation = Operation,
        Parameters = Parameters,
        UserMetadata = UserMetadata,
        Metrics = Metrics,
        Isolation = IsolationLevel,
        Reads = new TransactionReads { WholeTable = _wholeTable, Filters = _filters, Files = _files, AppIds = _appIds, Domains = _domainsRead },
        Adds = _adds,
        Removes = _removes,
        Transactions = _transactions,
        Domains = _domains,
        Metadata = _metadata,
        Protocol = ProtocolWithNeeds(),
    };

    TableProtocol? ProtocolWithNeeds()
    {
        var protocol = _protocol ?? Snapshot.Protocol;
        if (_domains.Count > 0)
            protocol = ProtocolUpgrade.With(protocol, ["domainMetadata"]);
        if (_metadata is not null)
            protocol = new SettingsChange(_metadata, protocol).WithFeatures(TableSchema.Parse(_metadata.SchemaString)).Protocol;
        return ReferenceEquals(protocol, Snapshot.Protocol) ? null : protocol;
    }

    void Write(DomainMetadata domain)
    {
        if (domain.Domain.StartsWith("delta.", StringComparison.OrdinalIgnoreCase))
            throw new VarveException(FaultKind.Invalid, $"The domain {domain.Domain} is one of the protocol's own, which only its features write.");
        _domains.Add(domain);
    }
}
