namespace Varve.Query;

/// <summary>Where a query is.</summary>
public enum QueryState
{
    /// <summary>It waits in line.</summary>
    Waiting,

    /// <summary>The engine works on it, or waits for its rows to be read.</summary>
    Running,

    /// <summary>It is over: done, failed or stopped.</summary>
    Ended,
}

/// <summary>How far a query is.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Percentage">Share of the work that is done, 0 to 100, as the engine guesses; null when it does not.</param>
/// <param name="Rows">Rows given so far.</param>
public sealed record QueryProgress(QueryState State, double? Percentage, long Rows);
