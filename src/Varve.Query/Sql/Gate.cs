using System.Text;
using System.Text.Json.Nodes;
using Varve.Datasets;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>
/// What stands between an analyst's text and the engine: everything that is not on a list is refused, by kind of node, by property and by
/// function. The engine's own settings are only the second line.
/// </summary>
sealed class Gate(SqlParser parser, DatasetRegistry datasets, QueryLimits limits, TimeProvider clock)
{
    const long LimitTakenMin = 20_000;

    /// <summary>Checks and rewrites a statement over the account's datasets.</summary>
    /// <exception cref="Storage.VarveException">The statement is refused; the message says what is allowed. Or the store does not answer.</exception>
    public async ValueTask<GatedStatement> CheckAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var sql = XorWord.WithOperators(SourceText.WithPlainSpaces(request.Sql));
        var root = parser.Parse(sql);
        ParameterBinder.Bind(root, request.Parameters);
        var named = await NamedDatasets.FindAsync(root, datasets, request.Account, cancellationToken);
        var context = new StatementContext(Encoding.UTF8.GetBytes(sql), request.Now ?? clock.GetUtcNow(), named);
        var query = root["statements"]![0]!["node"]!.AsObject();
        var columns = new QueryGate(parser, context).CheckOutermost(query);
        var modifiers = query["modifiers"]!.AsArray();
        var isLimitAdded = !request.IsExport && Clamp(modifiers);
        return new GatedStatement
        {
            Root = root,
            Scans = context.Scans,
            Output = [.. columns.Select(column => OutputOf(column, context.Scans[0].Dataset))],
            LimitAdded = isLimitAdded,
            RowsWanted = TakeLimit(modifiers),
        };
    }

    static OutputColumn OutputOf(RelationColumn column, Dataset dataset) =>
        new(column.Name, column.Dataset == dataset ? column.Field : null) { IsJson = column.Kind == ColumnKind.Json };

    /// <summary>
    /// Takes a large LIMIT out of the statement, when nothing else decides which rows are wanted: the engine gives the first of them at once when it need not
    /// count them, and only after it has gone through many when it has to.
    /// </summary>
    /// <returns>The rows that are wanted; null when the statement says it still.</returns>
    static long? TakeLimit(JsonArray modifiers)
    {
        if (modifiers is not [JsonObject limit] || Ast.Type(limit) != "LIMIT_MODIFIER" || limit["offset"] is not null || Ast.WholeConstant(limit["limit"]) is not { } rows || rows < LimitTakenMin)
            return null;
        modifiers.Clear();
        return rows;
    }

    /// <summary>Bounds the answer. One row more than the limit is asked for, so that a cut answer is known to be cut.</summary>
    bool Clamp(JsonArray modifiers)
    {
        var limit = modifiers.FirstOrDefault(modifier => Ast.Type(modifier) == "LIMIT_MODIFIER");
        if (limit is null)
            modifiers.Add(limit = new JsonObject { ["type"] = "LIMIT_MODIFIER", ["limit"] = null, ["offset"] = null });
        if (limit["limit"] is { } asked && QueryGate.WholeNumber(asked, "LIMIT") <= limits.RowsMax)
            return false;
        limit["limit"] = Ast.Constant("BIGINT", limits.RowsMax + 1L);
        return true;
    }
}
