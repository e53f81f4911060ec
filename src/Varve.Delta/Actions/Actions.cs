using System.Text.Json;
using System.Text.Json.Serialization;

namespace Varve.Delta.Actions;

/// <summary>One line of a commit file: exactly one of its members is set; a line with a key that is not known here has none.</summary>
/// <remarks>Delta protocol: "Actions".</remarks>
public sealed record LogLine
{
    /// <summary>A file that belongs to the table from this version on.</summary>
    public AddFile? Add { get; init; }

    /// <summary>A file that no longer belongs to the table.</summary>
    public RemoveFile? Remove { get; init; }

    /// <summary>The table's schema and settings.</summary>
    public TableMetadata? MetaData { get; init; }

    /// <summary>What a reader and a writer must be able to do.</summary>
    public TableProtocol? Protocol { get; init; }

    /// <summary>The progress of an application that writes to the table.</summary>
    public AppTransaction? Txn { get; init; }

    /// <summary>A named setting of a table feature.</summary>
    public DomainMetadata? DomainMetadata { get; init; }

    /// <summary>Who wrote this commit, when and how.</summary>
    public CommitInfo? CommitInfo { get; init; }

    /// <summary>A file with a share of a checkpoint; only in checkpoints.</summary>
    public Sidecar? Sidecar { get; init; }

    /// <summary>What a checkpoint says of itself; only in checkpoints.</summary>
    public CheckpointMetadata? CheckpointMetadata { get; init; }
}

/// <summary>A data file of the table. Delta protocol: "Add File and Remove File".</summary>
public sealed record AddFile
{
    /// <summary>URI of the file, relative to the table's root (percent-encoded), or absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Partition column to its value as text; null is the null value.</summary>
    public required IReadOnlyDictionary<string, string?> PartitionValues { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When the file was written, in milliseconds since 1970.</summary>
    public required long ModificationTime { get; init; }

    /// <summary>False when the rows of this file were in the table before, in other files.</summary>
    public required bool DataChange { get; init; }

    /// <summary>Statistics as JSON text; see <see cref="Files.FileStatistics"/>.</summary>
    public string? Stats { get; init; }

    /// <summary>Free key and value pairs.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Rows of the file that are deleted, or null when none is.</summary>
    public DeletionVectorDescriptor? DeletionVector { get; init; }

    /// <summary>Row id of the file's first row. Delta protocol: "Row Tracking".</summary>
    public long? BaseRowId { get; init; }

    /// <summary>The version that first held the file's rows. Delta protocol: "Row Tracking".</summary>
    public long? DefaultRowCommitVersion { get; init; }

    /// <summary>Which implementation clustered the file. Delta protocol: "Clustered Table".</summary>
    public string? ClusteringProvider { get; init; }

    /// <summary>Fields that are not known here: whoever adds the file again writes them again.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A file that was removed: a tombstone, kept until the retention of deleted files has passed.</summary>
public sealed record RemoveFile
{
    /// <summary>The path as the add had it.</summary>
    public required string Path { get; init; }

    /// <summary>When it was removed, in milliseconds since 1970; absent counts as 0.</summary>
    public long? DeletionTimestamp { get; init; }

    /// <summary>False when the rows stay in the table, in other files.</summary>
    public bool DataChange { get; init; } = true;

    /// <summary>True when partition values and size are given.</summary>
    public bool? ExtendedFileMetadata { get; init; }

    /// <summary>Partition column to its value as text.</summary>
    public IReadOnlyDictionary<string, string?>? PartitionValues { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The deleted rows that the add had, or null when it had none.</summary>
    public DeletionVectorDescriptor? DeletionVector { get; init; }

    /// <summary>Row id of the file's first row.</summary>
    public long? BaseRowId { get; init; }

    /// <summary>The version that first held the file's rows.</summary>
    public long? DefaultRowCommitVersion { get; init; }
}

/// <summary>The table's schema and settings. Delta protocol: "Change Metadata".</summary>
public sealed record TableMetadata
{
    /// <summary>Identity of the table; never changes.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>A description for people.</summary>
    public string? Description { get; init; }

    /// <summary>Always Parquet.</summary>
    public FileFormat Format { get; init; } = new();

    /// <summary>The schema as JSON text; see <see cref="Schema.TableSchema"/>.</summary>
    public required string SchemaString { get; init; }

    /// <summary>Partition columns, in order.</summary>
    public required IReadOnlyList<string> PartitionColumns { get; init; }

    /// <summary>Table properties.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>When the table was made, in milliseconds since 1970.</summary>
    public long? CreatedTime { get; init; }
}

/// <summary>The encoding of the data files.</summary>
public sealed record FileFormat
{
    /// <summary>The only provider that the protocol has.</summary>
    public string Provider { get; init; } = "parquet";

    /// <summary>Options of the provider.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a reader and a writer must be able to do. Delta protocol: "Protocol Evolution", "Table Features".</summary>
public sealed record TableProtocol
{
    /// <summary>1 to 3.</summary>
    public required int MinReaderVersion { get; init; }

    /// <summary>1 to 7.</summary>
    public required int MinWriterVersion { get; init; }

    /// <summary>Given exactly when the reader version is 3.</summary>
    public IReadOnlyList<string>? ReaderFeatures { get; init; }

    /// <summary>Given exactly when the writer version is 7.</summary>
    public IReadOnlyList<string>? WriterFeatures { get; init; }
}

/// <summary>The newest version that an application wrote: how a batch that is sent twice is stored once.</summary>
public sealed record AppTransaction
{
    /// <summary>The application.</summary>
    public required string AppId { get; init; }

    /// <summary>A number that the application raises with each batch.</summary>
    public required long Version { get; init; }

    /// <summary>When it was written, in milliseconds since 1970.</summary>
    public long? LastUpdated { get; init; }
}

/// <summary>A named setting of a table feature. Delta protocol: "Domain Metadata".</summary>
public sealed record DomainMetadata
{
    /// <summary>The name; <c>delta.</c> is the prefix of the protocol's own.</summary>
    public required string Domain { get; init; }

    /// <summary>The setting, in a form that its owner knows.</summary>
    public required string Configuration { get; init; }

    /// <summary>True when the domain is taken away.</summary>
    public bool Removed { get; init; }
}

/// <summary>Who wrote a commit, when and how. Free JSON: only what Varve reads or writes is named. Delta protocol: "Commit Provenance Information".</summary>
public sealed record CommitInfo
{
    /// <summary>When the writer made the commit, in milliseconds since 1970, by its own clock.</summary>
    public long? Timestamp { get; init; }

    /// <summary>The commit's time, in milliseconds since 1970, greater than that of the commit before. Delta protocol: "In-Commit Timestamps".</summary>
    public long? InCommitTimestamp { get; init; }

    /// <summary>What was done, such as <c>WRITE</c> or <c>CREATE TABLE</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>How it was asked for; values of any JSON type occur.</summary>
    public JsonElement? OperationParameters { get; init; }

    /// <summary>The version that the writer had read.</summary>
    public long? ReadVersion { get; init; }

    /// <summary>How the commit was kept apart from others, such as <c>Serializable</c>.</summary>
    public string? IsolationLevel { get; init; }

    /// <summary>True when only files were added and nothing was read.</summary>
    public bool? IsBlindAppend { get; init; }

    /// <summary>What was done in numbers; values are text.</summary>
    public JsonElement? OperationMetrics { get; init; }

    /// <summary>Free text that its maker gave.</summary>
    public string? UserMetadata { get; init; }

    /// <summary>The program that wrote it, as <c>product/version</c>.</summary>
    public string? EngineInfo { get; init; }

    /// <summary>A fresh id for each commit that is tried: how a writer knows its own commit when the answer was lost.</summary>
    public string? TxnId { get; init; }
}
