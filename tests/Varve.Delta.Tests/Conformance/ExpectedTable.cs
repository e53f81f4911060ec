using System.Text.Json;

namespace Varve.Delta.Tests.Conformance;

/// <summary>A snapshot against the <c>expected.json</c> of a table.</summary>
static class ExpectedTable
{
    /// <summary>The first thing that differs, or null when all is as expected.</summary>
    public static string? Difference(Snapshot snapshot, JsonElement expected)
    {
        var domains = snapshot.Domains.Values.Where(domain => !domain.Removed);
        return Compare("version", expected.GetProperty("version").GetInt64(), snapshot.Version)
            ?? Compare("files", expected.GetProperty("numFiles").GetInt64(), snapshot.Files.Count)
            ?? Compare("bytes", expected.GetProperty("sizeInBytes").GetInt64(), snapshot.Files.Values.Sum(file => file.Size))
            ?? Compare("tombstones", expected.GetProperty("numTombstones").GetInt64(), snapshot.Tombstones.Count)
            ?? Compare("minReader", expected.GetProperty("minReader").GetInt64(), snapshot.Protocol.MinReaderVersion)
            ?? Compare("minWriter", expected.GetProperty("minWriter").GetInt64(), snapshot.Protocol.MinWriterVersion)
            ?? Compare("columns", List(expected, "columns"), string.Join(", ", snapshot.Schema.Fields.Select(field => field.Name)))
            ?? Compare("partition columns", List(expected, "partitionColumns"), string.Join(", ", snapshot.Metadata.PartitionColumns))
            ?? Compare("reader features", Sorted(Strings(expected, "readerFeatures")), Sorted(snapshot.Protocol.ReaderFeatures ?? []))
            ?? Compare("writer features", Sorted(Strings(expected, "writerFeatures")), Sorted(snapshot.Protocol.WriterFeatures ?? []))
            ?? Compare("properties", Pairs(expected, "tableProperties"), Sorted(snapshot.Metadata.Configuration.Select(pair => $"{pair.Key}={pair.Value}")))
            ?? Compare("transactions", Pairs(expected, "txn"), Sorted(snapshot.Transactions.Values.Select(txn => $"{txn.AppId}={txn.Version}")))
            ?? (expected.TryGetProperty("domainMetadata", out _)
                ? Compare("domains", Pairs(expected, "domainMetadata"), Sorted(domains.Select(domain => $"{domain.Domain}={domain.Configuration}")))
                : null);
    }

    static string? Compare<T>(string what, T expected, T found) =>
        EqualityComparer<T>.Default.Equals(expected, found) ? null : $"{what}: {found} instead of {expected}";

    static IEnumerable<string> Strings(JsonElement expected, string name) => expected.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    static string List(JsonElement expected, string name) => string.Join(", ", Strings(expected, name));

    static string Pairs(JsonElement expected, string name) =>
        expected.TryGetProperty(name, out var map) ? Sorted(map.EnumerateObject().Select(pair => $"{pair.Name}={pair.Value}")) : "";

    static string Sorted(IEnumerable<string> items) => string.Join(", ", items.Order(StringComparer.Ordinal));
}
