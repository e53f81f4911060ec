namespace Varve.Control.Rows;

sealed class SavedQueryRow
{
    public required string Id { get; init; }

    public required string Account { get; init; }

    public required string Name { get; set; }

    /// <summary>The name in lower case: no two of an account are the same.</summary>
    public required string NameKey { get; set; }

    public required string Description { get; set; }

    public required string View { get; set; }

    /// <summary>A change whose version is no longer this one changes nothing.</summary>
    public required long Version { get; set; }

    public required string CreatedBy { get; init; }

    public required long CreatedAtMs { get; init; }

    public required string ChangedBy { get; set; }

    public required long ChangedAtMs { get; set; }
}
