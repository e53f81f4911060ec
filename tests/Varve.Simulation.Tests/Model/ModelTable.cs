using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Varve.Simulation.Tests.Model;

/// <summary>
/// Every commit that ever landed, kept apart from the bucket, and the state after each. It shares no code with the library, and says
/// what no history of a Delta table may hold.
/// </summary>
sealed class ModelTable(Action<string> fail, Func<string, bool> isThere)
{
    readonly List<ModelVersion> _versions = [];
    readonly HashSet<string> _everAdded = new(StringComparer.Ordinal);

    /// <summary>All versions, from 0.</summary>
    public IReadOnlyList<ModelVersion> Versions => _versions;

    public ModelVersion Head => _versions[^1];

    /// <summary>A commit file was written.</summary>
    public void Land(long version, byte[] content, DateTimeOffset now)
    {
        if (version < _versions.Count)
        {
            fail($"version {version} was written twice");
            return;
        }

        if (version > _versions.Count)
        {
            fail($"version {version} was written when the newest was {_versions.Count - 1}");
            return;
        }

        var next = Apply(_versions.Count == 0 ? new ModelVersion(-1, now) : Head, version, content, now);
        Check(next);
        _versions.Add(next);
    }

    void Check(ModelVersion next)
    {
        var before = _versions.Count == 0 ? null : Head;
        if (before is not null && next.TimestampMs <= before.TimestampMs)
            fail($"version {next.Version} has the time {next.TimestampMs}, the one before {before.TimestampMs}");
        foreach (var path in next.Removes)
            if (before?.Files.ContainsKey(path) != true)
                fail($"version {next.Version} removes {path}, which is not in the table");
        foreach (var path in next.Adds)
        {
            if (!_everAdded.Add(path))
                fail($"version {next.Version} adds {path}, which was in the table before");
            if (!isThere(path))
                fail($"version {next.Version} adds {path}, which is not in the store");
        }

        foreach (var (appId, moved) in next.Moved)
            if (before is not null && before.Transactions.TryGetValue(appId, out var last) && moved <= last)
                fail($"version {next.Version} takes {appId} from {last} to {moved}");
    }

    static ModelVersion Apply(ModelVersion before, long version, byte[] content, DateTimeOffset now)
    {
        var (files, tombstones) = (before.Files.ToBuilder(), before.Tombstones.ToBuilder());
        var (transactions, domains) = (before.Transactions.ToBuilder(), before.Domains.ToBuilder());
        var (adds, removes, moved) = (new List<JsonElement>(), new List<JsonElement>(), new List<(string, long)>());
        var next = before with { Version = version, Landed = now, Content = content };
        foreach (var text in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var line = JsonDocument.Parse(text).RootElement.EnumerateObject().Single();
            if (line.Name == "add")
                adds.Add(line.Value);
            else if (line.Name == "remove")
                removes.Add(line.Value);
            else if (line.Name == "metaData")
                next = next with { Metadata = MetadataText(line.Value) };
            else if (line.Name == "protocol")
                next = next with { Protocol = line.Value.GetRawText() };
            else if (line.Name == "txn")
                moved.Add((line.Value.GetProperty("appId").GetString()!, line.Value.GetProperty("version").GetInt64()));
            else if (line.Name == "domainMetadata")
                SetDomain(domains, line.Value);
            else if (line.Name == "commitInfo")
                next = next with { TimestampMs = line.Value.GetProperty("inCommitTimestamp").GetInt64(), Operation = line.Value.GetProperty("operation").GetString()! };
        }

        foreach (var remove in removes)
        {
            files.Remove(PathOf(remove));
            tombstones[PathOf(remove)] = (remove.GetProperty("deletionTimestamp").GetInt64(), now);
        }

        foreach (var add in adds)
        {
            files[PathOf(add)] = AddText(add);
            tombstones.Remove(PathOf(add));
        }

        foreach (var (appId, to) in moved)
            transactions[appId] = to;
        return next with
        {
            Files = files.ToImmutable(),
            Tombstones = tombstones.ToImmutable(),
            Transactions = transactions.ToImmutable(),
            Domains = domains.ToImmutable(),
            Adds = [.. adds.Select(PathOf)],
            Removes = [.. removes.Select(PathOf)],
            Moved = [.. moved],
        };
    }

    static void SetDomain(ImmutableSortedDictionary<string, string>.Builder domains, JsonElement domain)
    {
        var name = domain.GetProperty("domain").GetString()!;
        if (domain.TryGetProperty("removed", out var removed) && removed.GetBoolean())
            domains.Remove(name);
        else
            domains[name] = domain.GetProperty("configuration").GetString()!;
    }

    static string PathOf(JsonElement action) => Uri.UnescapeDataString(action.GetProperty("path").GetString()!);

    static string MetadataText(JsonElement metadata) => string.Join('|',
        metadata.GetProperty("id").GetString(),
        metadata.GetProperty("schemaString").GetString(),
        string.Join(',', metadata.GetProperty("partitionColumns").EnumerateArray().Select(column => column.GetString())),
        string.Join(',', metadata.GetProperty("configuration").EnumerateObject().OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value.GetString()}")));

    static string AddText(JsonElement add) => string.Join('|',
        add.GetProperty("size").GetInt64(),
        add.GetProperty("modificationTime").GetInt64(),
        add.TryGetProperty("stats", out var stats) ? stats.GetString() : "",
        string.Join(',', add.GetProperty("partitionValues").EnumerateObject().Select(pair => $"{pair.Name}={pair.Value.GetString() ?? "null"}")),
        add.TryGetProperty("tags", out var tags) ? string.Join(',', tags.EnumerateObject().Select(pair => $"{pair.Name}={pair.Value.GetString()}")) : "");
}
