using Apache.Arrow;

namespace Varve.Delta.Checkpoints;

/// <summary>Columns of a row group as they were decoded. Nobody owns them: Arrow releases their memory when they are collected.</summary>
sealed class DecodedRows(IReadOnlyList<StructArray> parts)
{
    /// <summary>The part that holds a row of the group, and which row of the part it is.</summary>
    public (StructArray Part, int Row) At(int row)
    {
        foreach (var part in parts)
        {
            if (row < part.Length)
                return (part, row);
            row -= part.Length;
        }

        throw new InvalidDataException($"A row group of a checkpoint has no row {row}.");
    }
}
