using Varve.Datasets;

namespace Varve.Ingest;

/// <summary>The two tables that an ingest writes to.</summary>
readonly record struct TargetTables(TableName Records, TableName Rejects);
