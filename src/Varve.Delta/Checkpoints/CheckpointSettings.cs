using ParquetSharp;
using Varve.Delta.Log;

namespace Varve.Delta.Checkpoints;

/// <summary>How the checkpoint of one snapshot is written, as the table's properties ask. Delta protocol: "Table Properties".</summary>
sealed record CheckpointSettings
{
    /// <summary>Rows of a row group: a reader can leave groups out, and a writer holds the rows of one in memory.</summary>
    public int RowGroupRows { get; init; } = 8_192;

    /// <summary>Adds and removes of one sidecar.</summary>
    public int SidecarRows { get; init; } = 262_144;

    /// <summary>Bytes of one file: it is put in one piece, out of one array.</summary>
    public long FileBytesMax { get; init; } = Array.MaxLength;

    /// <summary>Tombstones from before this are left out, in milliseconds since 1970; null: none.</summary>
    public long? TombstonesExpireBeforeMs { get; init; }

    /// <summary>The progress of applications from before this is left out, in milliseconds since 1970; null: none.</summary>
    public long? TransactionsExpireBeforeMs { get; init; }

    /// <summary>Statistics as JSON text.</summary>
    public bool StatsAsJson { get; init; } = true;

    /// <summary>Statistics and partition values as columns.</summary>
    public bool StatsAsStruct { get; init; }

    /// <summary>A file of its own name, with sidecars.</summary>
    public bool IsV2 { get; init; }

    /// <summary>The compression of Parquet pages.</summary>
    public Compression Codec { get; init; } = Compression.Zstd;

    /// <summary>The settings for a snapshot at a time.</summary>
    public static CheckpointSettings Of(Snapshot snapshot, DateTimeOffset now)
    {
        var properties = TableProperties.Of(snapshot.Metadata);
        return new CheckpointSettings
        {
            TombstonesExpireBeforeMs = Retention.Before(now, Retention.OrNull(() => properties.DeletedFileRetention)),
            TransactionsExpireBeforeMs = Retention.Before(now, Retention.OrNull(() => properties.SetTransactionRetention)),
            StatsAsJson = properties.WriteStatsAsJson,
            StatsAsStruct = properties.WriteStatsAsStruct,
            IsV2 = properties.CheckpointPolicy == CheckpointPolicy.V2 && HasFeature(snapshot),
            Codec = CodecOf(properties.Codec),
        };
    }

    static bool HasFeature(Snapshot snapshot) =>
        snapshot.Protocol.ReaderFeatures?.Contains("v2Checkpoint") == true && snapshot.Protocol.WriterFeatures?.Contains("v2Checkpoint") == true;

    static Compression CodecOf(string name) => name switch
    {
        "uncompressed" or "none" => Compression.Uncompressed,
        "snappy" => Compression.Snappy,
        "gzip" => Compression.Gzip,
        // The raw form: the other one was never specified.
        "lz4" or "lz4_raw" => Compression.Lz4,
        _ => Compression.Zstd,
    };
}
