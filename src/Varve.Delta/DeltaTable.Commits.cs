using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta;

/// <content>What writes to the table.</content>
public sealed partial class DeltaTable
{
    /// <summary>
    /// Makes a commit that depends on nothing that was read. It is durable when the outcome is there. Appends that wait for one another are
    /// made as one version, and each learns what became of its own.
    /// </summary>
    /// <exception cref="VarveException">
    /// The table cannot be written or the commit is against the protocol (<see cref="FaultKind.Invalid"/>), or the store does not answer, or
    /// the commit lost against other writers until the deadline (<see cref="FaultKind.Unavailable"/>).
    /// </exception>
    public Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken) =>
        _queue.CommitAsync(commit.ToRequest(), cancellationToken);

    /// <summary>Begins a transaction on the newest snapshot that this object has seen.</summary>
    /// <param name="operation">What is to be done, as Delta's history names it: <c>DELETE</c>, <c>OPTIMIZE</c>.</param>
    public OptimisticTransaction Begin(string operation) => Begin(operation, _latest.Known);

    /// <summary>Begins a transaction on the newest snapshot in the store.</summary>
    /// <param name="operation">What is to be done, as Delta's history names it.</param>
    /// <param name="cancellationToken">Stops the look for a newer snapshot.</param>
    public async Task<OptimisticTransaction> BeginAsync(string operation, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return Begin(operation);
    }

    /// <summary>Sets and unsets table properties; turns on, in the same version, the features that they need.</summary>
    /// <param name="set">Values by their keys. Keys that start with <c>delta.</c> are the protocol's, others are free.</param>
    /// <param name="unset">Keys to take away; one that is not there is no fault.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns><see cref="CommitOutcome.AlreadyCommitted"/> when nothing changes.</returns>
    /// <exception cref="VarveException">A property cannot be set so (<see cref="FaultKind.Invalid"/>), or as <see cref="CommitAsync"/>.</exception>
    public Task<CommitOutcome> SetPropertiesAsync(
        IReadOnlyDictionary<string, string> set, IReadOnlyCollection<string> unset, CancellationToken cancellationToken)
    {
        var (operation, parameter) = set.Count > 0 || unset.Count == 0
            ? ("SET TBLPROPERTIES", JsonSerializer.Serialize(set.ToDictionary(), ActionJsonContext.Default.DictionaryStringString))
            : ("UNSET TBLPROPERTIES", string.Join(", ", unset));
        return ChangeAsync(
            operation,
            new Dictionary<string, string> { ["properties"] = parameter },
            (change, _) => change.WithProperties(set, unset, Root),
            cancellationToken);
    }

    /// <summary>
    /// Adds columns, and fields to structs that are there; each has to allow nulls, which the rows that are there then have. Columns that are
    /// there with the same type are left as they are.
    /// </summary>
    /// <returns><see cref="CommitOutcome.AlreadyCommitted"/> when all are there.</returns>
    /// <exception cref="VarveException">
    /// A column is there with another type, or cannot be added (<see cref="FaultKind.Invalid"/>), or as <see cref="CommitAsync"/>.
    /// </exception>
    public Task<CommitOutcome> AddColumnsAsync(IReadOnlyList<DeltaField> columns, CancellationToken cancellationToken) => ChangeAsync(
        "ADD COLUMNS",
        new Dictionary<string, string> { ["columns"] = string.Join(", ", columns.Select(column => column.Name)) },
        (change, state) => change.WithColumns(state.Schema, columns),
        cancellationToken);

    OptimisticTransaction Begin(string operation, KnownState known) => new(
        (Snapshot)known.State,
        operation,
        _options.Clock,
        (request, cancellationToken) => RunAsync(request, known, _committer.Begin(), cancellationToken));

    async Task<CommitOutcome> RunAsync(CommitRequest request, KnownState known, CommitTries tries, CancellationToken cancellationToken)
    {
        if (CommitChecks.Check(request, known.State, Root) is { } objection)
            return objection;
        var (outcome, state) = await _committer.CommitAsync(request, known, tries, cancellationToken);
        _latest.Keep(state);
        if (outcome is CommitOutcome.Committed)
            await _housekeeper.AfterCommitAsync(state, cancellationToken);
        return outcome;
    }

    /// <summary>Makes a change that means the same on top of any state: when another changed the settings meanwhile, on top of that.</summary>
    async Task<CommitOutcome> ChangeAsync(
        string operation,
        Dictionary<string, string> parameters,
        Func<SettingsChange, TableState, SettingsChange> change,
        CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        var tries = _committer.Begin();
        while (true)
        {
            var known = _latest.Known;
            var before = new SettingsChange(known.State.Metadata, known.State.Protocol);
            var after = change(before, known.State);
            var request = new CommitRequest
            {
                Operation = operation,
                Parameters = parameters,
                Metadata = ReferenceEquals(after.Metadata, before.Metadata) ? null : after.Metadata,
                Protocol = ReferenceEquals(after.Protocol, before.Protocol) ? null : after.Protocol,
            };
            // A commit of metadata aborts every writer that is under way: none is made for nothing.
            if (request.Metadata is null && request.Protocol is null)
                return new CommitOutcome.AlreadyCommitted(known.State.Version);
            var outcome = await RunAsync(request, known, tries, cancellationToken);
            if (outcome is not CommitOutcome.Conflicted
                {
                    Kind: ConflictKind.MetadataChanged or ConflictKind.ProtocolChanged or ConflictKind.LogTruncated,
                })
                return outcome;
        }
    }
}
