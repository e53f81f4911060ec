using System.Text.Json;
using System.Text.Json.Serialization;
using Varve.Delta.Actions;

namespace Varve.Delta.Log;

/// <summary>
/// What <c>{version}.crc</c> says of a version: its counts, and its state without files. Null members are not known. Fields that are not
/// here (histograms, all files) are passed over. Delta protocol: "Version Checksum File".
/// </summary>
sealed record VersionChecksum
{
    /// <summary>The transaction that made the version, as its commitInfo names it.</summary>
    public string? TxnId { get; init; }

    /// <summary>Bytes of all live data files.</summary>
    public required long TableSizeBytes { get; init; }

    /// <summary>Live data files.</summary>
    public required long NumFiles { get; init; }

    /// <summary>Rows that deletion vectors take away.</summary>
    public long? NumDeletedRecordsOpt { get; init; }

    /// <summary>Live data files with a deletion vector.</summary>
    public long? NumDeletionVectorsOpt { get; init; }

    /// <summary>Always 1.</summary>
    public required long NumMetadata { get; init; }

    /// <summary>Always 1.</summary>
    public required long NumProtocol { get; init; }

    /// <summary>The version's in-commit timestamp; not there when the table keeps none.</summary>
    public long? InCommitTimestampOpt { get; init; }

    /// <summary>The newest version of each application, all of them.</summary>
    public IReadOnlyList<AppTransaction>? SetTransactions { get; init; }

    /// <summary>All domains that are there.</summary>
    public IReadOnlyList<DomainMetadata>? DomainMetadata { get; init; }

    /// <summary>Schema and settings.</summary>
    public required TableMetadata Metadata { get; init; }

    /// <summary>What a reader and a writer must be able to do.</summary>
    public required TableProtocol Protocol { get; init; }

    /// <summary>The checksum, or null when there is none or when it cannot be read: it only saves work, and the log has all that it says.</summary>
    public static VersionChecksum? Read(byte[]? content)
    {
        if (content is null)
            return null;
        try
        {
            var read = JsonSerializer.Deserialize(content, ChecksumJsonContext.Default.VersionChecksum);
            return read is { NumMetadata: 1, NumProtocol: 1, NumFiles: >= 0, TableSizeBytes: >= 0 } ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The content of the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ChecksumJsonContext.Default.VersionChecksum);

    /// <summary>The checksum of a snapshot, all of it.</summary>
    public static VersionChecksum Of(Snapshot snapshot)
    {
        if (!HasVectors(snapshot.Protocol))
            return WithoutVectors(snapshot);
        var (deleted, vectors) = (0L, 0L);
        foreach (var file in snapshot.Files.Values)
        {
            deleted += file.DeletionVector?.Cardinality ?? 0;
            vectors += file.DeletionVector is null ? 0 : 1;
        }

        return Of(snapshot, snapshot.Files.SizeBytes, snapshot.Files.Count, deleted, vectors);
    }

    /// <summary>
    /// The checksum of a snapshot without a look at its files: the counts of deletion vectors are not known where the table may have any.
    /// </summary>
    public static VersionChecksum WithoutVectors(Snapshot snapshot) =>
        Of(snapshot, snapshot.Files.SizeBytes, snapshot.Files.Count, 0, 0) with { NumDeletedRecordsOpt = null, NumDeletionVectorsOpt = null };

    /// <summary>
    /// The checksum of the version after this one. Null when the commit does not tell: it removes a file without its size, or adds files
    /// anew that may be there already, as a commit does that only restates statistics.
    /// </summary>
    /// <param name="state">The state after the commit.</param>
    /// <param name="adds">The files that the commit adds.</param>
    /// <param name="removes">The files that the commit removes; each was live.</param>
    public VersionChecksum? After(TableState state, IReadOnlyCollection<AddFile> adds, IReadOnlyCollection<RemoveFile> removes)
    {
        var countsVectors = HasVectors(state.Protocol);
        if (removes.Any(remove => remove.Size is null) || (removes.Count == 0 && adds.Any(add => !add.DataChange))
            || (countsVectors && HasVectors(Protocol) && (NumDeletedRecordsOpt is null || NumDeletionVectorsOpt is null)))
            return null;
        var after = Of(
            state,
            TableSizeBytes + adds.Sum(add => add.Size) - removes.Sum(remove => remove.Size ?? 0),
            NumFiles + adds.Count - removes.Count,
            (NumDeletedRecordsOpt ?? 0) + adds.Sum(add => add.DeletionVector?.Cardinality ?? 0) - removes.Sum(remove => remove.DeletionVector?.Cardinality ?? 0),
            (NumDeletionVectorsOpt ?? 0) + adds.Count(add => add.DeletionVector is not null) - removes.Count(remove => remove.DeletionVector is not null));
        return after is { NumFiles: >= 0, TableSizeBytes: >= 0 } ? after : null;
    }

    /// <summary>What the checksum says otherwise than the snapshot of its version, in words; nothing when they agree.</summary>
    public IReadOnlyList<string> Verify(Snapshot snapshot)
    {
        var counted = Of(snapshot);
        var differences = new List<string>();
        Compare("numFiles", NumFiles, counted.NumFiles);
        Compare("tableSizeBytes", TableSizeBytes, counted.TableSizeBytes);
        Compare("metadata.id", Metadata.Id, counted.Metadata.Id);
        Compare("metadata.schemaString", Metadata.SchemaString, counted.Metadata.SchemaString);
        Compare("protocol.minReaderVersion", Protocol.MinReaderVersion, counted.Protocol.MinReaderVersion);
        Compare("protocol.minWriterVersion", Protocol.MinWriterVersion, counted.Protocol.MinWriterVersion);
        if (NumDeletedRecordsOpt is { } deleted && counted.NumDeletedRecordsOpt is { } deletedCounted)
            Compare("numDeletedRecordsOpt", deleted, deletedCounted);
        if (NumDeletionVectorsOpt is { } vectors && counted.NumDeletionVectorsOpt is { } vectorsCounted)
            Compare("numDeletionVectorsOpt", vectors, vectorsCounted);
        if (SetTransactions is not null)
            Compare("setTransactions", Text(SetTransactions), Text(counted.SetTransactions!));
        if (DomainMetadata is not null)
            Compare("domainMetadata", Text(DomainMetadata), Text(counted.DomainMetadata!));
        if (InCommitTimestampOpt is { } time && counted.InCommitTimestampOpt is { } timeCounted)
            Compare("inCommitTimestampOpt", time, timeCounted);
        return differences;

        void Compare<T>(string field, T stated, T found)
        {
            if (!Equals(stated, found))
                differences.Add($"{field} is {stated} instead of {found}");
        }
    }

    static VersionChecksum Of(TableState state, long sizeBytes, long files, long deleted, long vectors) => new()
    {
        TableSizeBytes = sizeBytes,
        NumFiles = files,
        NumDeletedRecordsOpt = HasVectors(state.Protocol) ? deleted : null,
        NumDeletionVectorsOpt = HasVectors(state.Protocol) ? vectors : null,
        NumMetadata = 1,
        NumProtocol = 1,
        InCommitTimestampOpt = TableFeatures.HasInCommitTimestamps(state.Protocol, state.Metadata) ? state.CommitTimestampMs : null,
        SetTransactions = [.. state.Transactions.Values.OrderBy(transaction => transaction.AppId, StringComparer.Ordinal)],
        DomainMetadata = [.. state.Domains.Values.Where(domain => !domain.Removed).OrderBy(domain => domain.Domain, StringComparer.Ordinal)],
        Metadata = state.Metadata,
        Protocol = state.Protocol,
    };

    static bool HasVectors(TableProtocol protocol) => protocol.ReaderFeatures?.Contains("deletionVectors") == true;

    static string Text(IReadOnlyList<AppTransaction> transactions) =>
        string.Join(", ", transactions.OrderBy(transaction => transaction.AppId, StringComparer.Ordinal)
            .Select(transaction => $"{transaction.AppId}={transaction.Version}"));

    static string Text(IReadOnlyList<DomainMetadata> domains) =>
        string.Join(", ", domains.OrderBy(domain => domain.Domain, StringComparer.Ordinal)
            .Select(domain => $"{domain.Domain}={domain.Configuration}"));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(VersionChecksum))]
sealed partial class ChecksumJsonContext : JsonSerializerContext;
