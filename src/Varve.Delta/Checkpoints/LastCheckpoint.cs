namespace Varve.Delta.Checkpoints;

/// <summary>The content of <c>_last_checkpoint</c>: a hint where a listing may start, never the truth. Delta protocol: "Last Checkpoint File".</summary>
/// <param name="Version">Version of the checkpoint.</param>
/// <param name="Size">Number of actions in it.</param>
/// <param name="SizeInBytes">Size of the file in bytes.</param>
/// <param name="NumOfAddFiles">Number of add actions in it.</param>
sealed record LastCheckpoint(long Version, long Size, long? SizeInBytes = null, long? NumOfAddFiles = null);
