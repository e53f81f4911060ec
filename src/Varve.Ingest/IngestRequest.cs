using Varve.Ingest.Formats;

namespace Varve.Ingest;

/// <summary>One batch that is to be stored, whole or not at all.</summary>
/// <param name="Target">Where its records go.</param>
public sealed record IngestRequest(IngestTarget Target)
{
    /// <summary>The form of the body. Default: told by its first byte, JSON array or NDJSON.</summary>
    public BodyFormat Format { get; init; } = BodyFormat.Auto;

    /// <summary>Names of the fields of a CSV or TSV body that has no header line; null: its first line names them.</summary>
    public IReadOnlyList<string>? FieldNames { get; init; }

    /// <summary>
    /// What tells this batch from others, such as an Idempotency-Key; a batch of the same table and key is stored once. Null: the bytes of the body.
    /// </summary>
    public string? BatchKey { get; init; }

    /// <summary>The share of records that the sender kept, above 0 to 1; null: all. Each record then stands for 1 / rate records.</summary>
    public double? SampleRate { get; init; }

    /// <summary>Rejected lines that the outcome shows; null: as <see cref="IngestLimits.RejectsShownMax"/>.</summary>
    public int? RejectsShownMax { get; init; }

    /// <summary>Told from time to time how far the batch is; called from several threads.</summary>
    public IProgress<IngestProgress>? Progress { get; init; }
}

/// <summary>How far a batch is.</summary>
/// <param name="Bytes">Bytes of the body read, as they came.</param>
/// <param name="Records">Records read.</param>
public readonly record struct IngestProgress(long Bytes, long Records);
