namespace Varve.Control.Rows;

sealed class HistoryRow
{
    public long Number { get; init; }

    public required string Account { get; init; }

    public required string User { get; init; }

    public required string Sql { get; init; }

    public required string? Zone { get; init; }

    public required long? FromMs { get; init; }

    public required long? ToMs { get; init; }

    public required long AtMs { get; init; }

    public required double Milliseconds { get; init; }

    public required long Rows { get; init; }

    public required string Outcome { get; init; }

    public required string? Rerun { get; init; }
}
