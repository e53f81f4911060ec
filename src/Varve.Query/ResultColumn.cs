namespace Varve.Query;

/// <summary>A column of the answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Field">The dataset's field when it is just that, else null.</param>
public sealed record ResultColumn(string Name, ColumnType Type, string? Field)
{
    /// <summary>What a list's items are; <see cref="ColumnType.Array"/> for lists of lists and of anything that is neither text nor number.</summary>
    public ColumnType Item { get; init; } = ColumnType.String;
}
