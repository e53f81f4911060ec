namespace Varve.Delta.Actions;

/// <summary>What an add and a remove must have in common to be about the same file. Delta protocol: "Action Reconciliation".</summary>
/// <param name="Path">The decoded path.</param>
/// <param name="VectorId">What tells the deletion vector from another, or null when there is none.</param>
public readonly record struct LogicalFile(string Path, string? VectorId)
{
    /// <summary>The key of an added file.</summary>
    public static LogicalFile Of(AddFile add) => new(TablePath.Decode(add.Path), add.DeletionVector?.UniqueId);

    /// <summary>The key of a removed file.</summary>
    public static LogicalFile Of(RemoveFile remove) => new(TablePath.Decode(remove.Path), remove.DeletionVector?.UniqueId);
}
