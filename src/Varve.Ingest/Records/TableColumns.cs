using Microsoft.Extensions.Logging;
using Varve.Delta;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Ingest.Records;

/// <summary>Gives a table the columns that its dataset has got since the table was made.</summary>
static class TableColumns
{
    const string StatisticsProperty = "delta.dataSkippingStatsColumns";

    /// <summary>
    /// Adds the columns that the table lacks; rows that are there have null in them. Costs nothing when it has them all. Several processes may
    /// do so at once: each column is added once. The table object then knows them.
    /// </summary>
    /// <param name="store">Where the table is.</param>
    /// <param name="table">The table, opened.</param>
    /// <param name="definition">What a new table of the dataset would be.</param>
    /// <param name="options">As the table was opened with.</param>
    /// <param name="logger">For what housekeeping has to say, or null.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="VarveException">
    /// A column is there with another type: nothing may be stored then (<see cref="FaultKind.Invalid"/>). Or the table cannot be written, or
    /// the store does not answer.
    /// </exception>
    public static async ValueTask EnsureAsync(
        IObjectStore store, TableAppender table, TableDefinition definition, DeltaOptions options, ILogger? logger,
        CancellationToken cancellationToken)
    {
        if (!Lacks(table.Latest.Schema, definition.Schema, table.Root))
            return;
        // Another process may have added them since this one looked.
        if (!Lacks((await table.RefreshAsync(cancellationToken)).Schema, definition.Schema, table.Root))
            return;
        var whole = await DeltaTable.OpenAsync(store, table.Root, options, logger, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {table.Root} any more.");
        Require(await whole.AddColumnsAsync(definition.Schema.Fields, cancellationToken), table.Root);
        if (definition.Properties.TryGetValue(StatisticsProperty, out var columns))
        {
            var properties = new Dictionary<string, string> { [StatisticsProperty] = columns };
            Require(await whole.SetPropertiesAsync(properties, unset: [], cancellationToken), table.Root);
        }

        await table.RefreshAsync(cancellationToken);
    }

    /// <summary>True when a column is missing.</summary>
    static bool Lacks(TableSchema present, TableSchema wanted, string table)
    {
        var byName = present.Fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
        var isMissing = false;
        foreach (var field in wanted.Fields)
            if (!byName.TryGetValue(field.Name, out var there))
                isMissing = true;
            else if (there.Type != field.Type || there.Name != field.Name)
                throw new VarveException(
                    FaultKind.Invalid,
                    $"The table {table} has the column {there.Name} of type {NameOf(there.Type)}, "
                    + $"and its dataset has {field.Name} of type {NameOf(field.Type)}. Declare the field under another name, or move the table away.");
        return isMissing;
    }

    static string NameOf(DeltaType type) => type switch
    {
        DeltaType.Primitive primitive => primitive.Name,
        DeltaType.ArrayOf list => $"array<{NameOf(list.Element)}>",
        DeltaType.MapOf map => $"map<{NameOf(map.Key)},{NameOf(map.Value)}>",
        _ => "struct",
    };

    static void Require(CommitOutcome outcome, string table)
    {
        if (outcome is CommitOutcome.Conflicted conflict)
            throw new VarveException(FaultKind.Unavailable, $"The columns of {table} cannot be added: {conflict.Reason}.");
    }
}
