using System.Collections;
using Varve.Delta.Actions;
using Varve.Delta.Files;

namespace Varve.Maintenance.Merging;

/// <summary>A data file that is merged with others.</summary>
/// <param name="File">Its action.</param>
/// <param name="Name">Its name for messages.</param>
/// <param name="Reader">What it holds.</param>
sealed record MergeInput(AddFile File, string Name, ColumnFileReader Reader) : IDisposable
{
    /// <summary>Rows of the file that are left out; null when none is.</summary>
    public BitArray? Dropped { get; init; }

    public void Dispose() => Reader.Dispose();
}

/// <summary>A group of rows of a file that is merged.</summary>
/// <param name="Input">The file's index.</param>
/// <param name="Group">The group in the file.</param>
/// <param name="Rows">Its rows.</param>
readonly record struct Piece(int Input, int Group, int Rows);
