using Varve.Ingest.Activity;
using Varve.Ingest.Flow;

namespace Varve.Ingest.Batches;

/// <summary>What all batches of a pipeline share.</summary>
sealed record BatchTools(
    IngestLimits Limits, TimeProvider Clock, FairTurns Turns, MemoryBudget Memory, BufferPool Buffers, FileStore Files, IngestActivity Activity);
