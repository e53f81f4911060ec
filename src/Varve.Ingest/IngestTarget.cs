using Varve.Datasets;

namespace Varve.Ingest;

/// <summary>Where records go, and how their source is named in the rejects.</summary>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone; not used by datasets of account scope.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Source">The file or request that the lines come from.</param>
public sealed record IngestTarget(string Account, string Zone, Dataset Dataset, string Source);
