namespace Varve.Maintenance.Merging;

/// <summary>A row of one of several pieces.</summary>
/// <param name="Piece">The piece's index; <see cref="None"/>'s is negative.</param>
/// <param name="Row">The row in it.</param>
readonly record struct RowRef(int Piece, int Row)
{
    /// <summary>No row: it stands for null.</summary>
    public static RowRef None { get; } = new(-1, 0);
}
