using Apache.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Files;
using Varve.Delta.Scan;
using Varve.Storage;

namespace Varve.Delta;

/// <content>Rows in and out, for callers that have them as Arrow.</content>
public sealed partial class DeltaTable
{
    /// <summary>Stores the rows and adds them to the table, in one version that appends at the same time may share.</summary>
    /// <param name="batch">The columns of the table by name, partition columns too; see <see cref="DataFileWriter.WriteAsync"/>.</param>
    /// <param name="transaction">The progress of the application, so that a batch that is sent twice is stored once; or null.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="VarveException">The rows are not the table's (<see cref="FaultKind.Invalid"/>), or as <see cref="CommitAsync"/>.</exception>
    public async Task<CommitOutcome> AppendAsync(RecordBatch batch, AppTransaction? transaction, CancellationToken cancellationToken)
    {
        var adds = await new DataFileWriter(_store, Root, _latest.State, _options).WriteAsync(batch, cancellationToken);
        return await CommitAsync(
            new Commit
            {
                Operation = "WRITE",
                Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
                Adds = adds,
                Transaction = transaction,
            },
            cancellationToken);
    }

    /// <summary>A reader of the rows of a snapshot of this table.</summary>
    /// <param name="snapshot">The version to read.</param>
    /// <param name="columns">The columns to read, in this order, or null for all.</param>
    /// <exception cref="VarveException">The snapshot uses what this version cannot read, or has no such column.</exception>
    public TableScan Scan(Snapshot snapshot, IReadOnlyList<string>? columns = null) => new(_store, Root, snapshot, columns);
}
