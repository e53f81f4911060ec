namespace Varve.Query;

/// <summary>A statement and whose tables it may read.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone, or null for all zones of the account.</param>
public sealed record QueryRequest(string Sql, string Account, string? Zone = null)
{
    /// <summary>Rows before this instant are left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Rows from this instant on are left out.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>
    /// Values of the statement's parameters, by name, or by number for <c>$1</c> and <c>?</c>: text, <see cref="int"/>, <see cref="long"/>,
    /// <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/> or null.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = new Dictionary<string, object?>();

    /// <summary>Reads the tables as they were; null: as they are.</summary>
    public AsOf? AsOf { get; init; }
}
