using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>A column of the answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Field">The field of the plan's dataset when it is just that, else null.</param>
public sealed record OutputColumn(string Name, string? Field)
{
    /// <summary>True when its texts are JSON.</summary>
    internal bool IsJson { get; init; }
}

/// <summary>A statement that was checked against the allow-lists and rewritten. Only this is ever given to the engine.</summary>
sealed record GatedStatement
{
    /// <summary>The syntax tree.</summary>
    public required JsonObject Root { get; init; }

    /// <summary>What it reads, in the order in which it names it; at least one.</summary>
    public required IReadOnlyList<Scan> Scans { get; init; }

    /// <summary>Columns of the answer.</summary>
    public required IReadOnlyList<OutputColumn> Output { get; init; }

    /// <summary>True when it begins with WITH.</summary>
    public bool HasWith => !Ast.IsEmpty(Root["statements"]![0]!["node"]!["cte_map"]?["map"]);

    /// <summary>True when the answer is cut to the row limit rather than to a LIMIT of the statement's own.</summary>
    public required bool LimitAdded { get; init; }

    /// <summary>Rows after which the answer is whole, although the tree has no LIMIT; null when the tree says how many are wanted.</summary>
    public long? RowsWanted { get; init; }
}
