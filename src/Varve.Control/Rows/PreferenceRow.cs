namespace Varve.Control.Rows;

sealed class PreferenceRow
{
    public required string User { get; init; }

    public required string Name { get; init; }

    public required string Value { get; set; }
}
