using Varve.Query.Planning;

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

    /// <summary>
    /// True when the whole answer is wanted, however large: the row limit does not cut it, and the time and size are bound as
    /// <see cref="QueryLimits.ExportDuration"/> and <see cref="QueryLimits.ExportBytesMax"/> say.
    /// </summary>
    public bool IsExport { get; init; }

    /// <summary>Reads the tables as they were; null: as they are.</summary>
    public AsOf? AsOf { get; init; }

    /// <summary>What <c>now()</c> stands for; null: the time at which it is asked.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Bytes that it may be expected to read, as <see cref="QueryEstimate.BytesExpected"/> has them: more is refused. Null: as many as <see cref="QueryLimits.BytesExpectedMax"/> says.</summary>
    public long? BytesExpectedMax { get; init; }

    /// <summary>Just these states of the tables of the one dataset that is read; null for those of the scope.</summary>
    internal IReadOnlyList<ScopeTable>? Tables { get; init; }

    /// <summary>States whose files are left out, with those that only hold records of other files anew: what is read is what was added since.</summary>
    internal IReadOnlyList<ScopeTable> SeenTables { get; init; } = [];
}
