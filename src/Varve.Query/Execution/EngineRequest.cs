namespace Varve.Query.Execution;

/// <summary>A column that the engine is asked for.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Field">The dataset's field when it is just that, else null.</param>
/// <param name="IsJson">True when its texts are JSON.</param>
sealed record EngineColumn(string Name, string? Field, bool IsJson)
{
    /// <summary>What it is in the answer, when the engine does not give it, since all its values are null; else null.</summary>
    public ResultColumn? WithoutValues { get; init; }
}

/// <summary>What the engine has to run, and how much of the answer is wanted.</summary>
/// <param name="Sql">The engine's text, as the planner wrote it.</param>
/// <param name="Columns">The columns of the answer.</param>
sealed record EngineRequest(string Sql, IReadOnlyList<EngineColumn> Columns)
{
    /// <summary>Rows after which the answer is cut; null when the statement itself bounds them.</summary>
    public required int? RowsMax { get; init; }

    /// <summary>Rows after which the answer is whole, although the engine has more; null when it gives no others.</summary>
    public long? RowsWanted { get; init; }

    /// <summary>Bytes of values after which the query fails.</summary>
    public required long AnswerBytesMax { get; init; }
}
