using System.Text.Json;
using System.Text.Json.Nodes;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Pairs of commits and what has to become of the second, made through a store and not only checked.</summary>
[Trait("category", "conformance")]
public sealed class ConflictConformanceTests(ITestOutputHelper output)
{
    const string Schema =
        """{"type":"struct","fields":[{"name":"x","type":"long","nullable":true,"metadata":{}},{"name":"p","type":"string","nullable":true,"metadata":{}}]}""";

    static readonly (string Path, string Partition)[] LiveFiles = [("f1", "1"), ("f2", "1"), ("f3", "2"), ("f4", "2"), ("f8", "1"), ("f9", "1")];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_pair_of_commits_ends_as_it_has_to()
    {
        var path = TestData.At("delta", "vectors", "conflicts.json");
        Assert.SkipWhen(path is null, TestData.Missing);
        using var vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(path, Token));
        var (run, free, wrong) = (0, 0, new List<string>());

        foreach (var vector in vectors.RootElement.GetProperty("cases").EnumerateArray())
        {
            var outcome = await RunAsync(vector);
            run++;
            free += vector.GetProperty("expected").ValueEquals("either") ? 1 : 0;
            if (!IsExpected(vector, outcome))
                wrong.Add($"{vector.GetProperty("id")} {vector.GetProperty("isolation")} {vector.GetProperty("names")}: {outcome}");
        }

        output.WriteLine($"{run} cases, {free} of them free");
        Assert.Empty(wrong);
        Assert.Equal(340, run);
    }

    static bool IsExpected(JsonElement vector, CommitOutcome outcome)
    {
        var expected = vector.GetProperty("expected").GetString();
        var isMade = vector.TryGetProperty("mustCommitAt", out var version) && outcome == new CommitOutcome.Committed(version.GetInt64());
        var isConflict = vector.TryGetProperty("kinds", out var kinds) && outcome is CommitOutcome.Conflicted conflict
            && kinds.EnumerateArray().Any(kind => kind.ValueEquals(conflict.Kind.ToString()));
        return expected switch { "ok" => isMade, "conflict" => isConflict, _ => isMade || isConflict };
    }

    static async Task<CommitOutcome> RunAsync(JsonElement vector)
    {
        string[] partitionColumns = [.. vector.GetProperty("table").GetProperty("partitionColumns").EnumerateArray().Select(column => column.GetString()!)];
        var metadata = new TableMetadata { Id = "t", SchemaString = Schema, PartitionColumns = partitionColumns };
        var store = new MemoryObjectStore();
        await WriteTableAsync(store, metadata);
        var table = (await DeltaTable.OpenAsync(store, "t", TestTable.Impatient, null, Token))!;
        Assert.Equal(10, table.Latest.Version);
        var transaction = table.Begin(vector.GetProperty("current").GetProperty("op").GetString()!);
        Fill(transaction, vector, partitionColumns);
        foreach (var winner in vector.GetProperty("winning").EnumerateArray())
            await WriteWinnerAsync(store, winner, metadata);

        return await transaction.CommitAsync(Token);
    }

    static async Task WriteTableAsync(MemoryObjectStore store, TableMetadata metadata)
    {
        List<LogLine> lines =
        [
            new() { Protocol = new TableProtocol { MinReaderVersion = 1, MinWriterVersion = 7, WriterFeatures = ["domainMetadata"] } },
            new() { MetaData = metadata },
        ];
        lines.AddRange(LiveFiles.Select(file => new LogLine { Add = TestTable.Add(file.Path) with { PartitionValues = Values(metadata.PartitionColumns, file.Partition) } }));
        await store.PutAsync(TestTable.CommitPath(0), ActionJson.Write(lines), Token);
        for (var version = 1; version <= 10; version++)
            await TestTable.WriteCommitAsync(store, version, """{"commitInfo":{}}""", Token);
    }

    static void Fill(OptimisticTransaction transaction, JsonElement vector, string[] partitionColumns)
    {
        var current = vector.GetProperty("current");
        transaction.IsolationLevel = Enum.Parse<IsolationLevel>(vector.GetProperty("isolation").GetString()!);
        foreach (var predicate in current.GetProperty("readPredicates").EnumerateArray())
            transaction.Read(PartitionFilter.Of(predicate.EnumerateObject().ToDictionary(term => term.Name, term => term.Value.GetString())));
        foreach (var file in current.GetProperty("readFiles").EnumerateArray())
            transaction.ReadFile(file.GetString()!);
        if (current.GetProperty("readWholeTable").GetBoolean())
            transaction.ReadWholeTable();
        foreach (var appId in current.GetProperty("readAppIds").EnumerateArray())
            transaction.ReadTransaction(appId.GetString()!);
        foreach (var line in current.GetProperty("actions").EnumerateArray().Select(action => Line(action, partitionColumns)))
            if (line.Add is not null)
                transaction.Add(line.Add);
            else if (line.Remove is not null)
                transaction.Remove(line.Remove);
            else if (line.Txn is { } progress)
                transaction.SetTransaction(progress.AppId, progress.Version);
            else if (line.DomainMetadata is { } domain)
                transaction.SetDomain(domain.Domain, domain.Configuration);
            else if (line.MetaData is { } settings)
                transaction.SetMetadata(transaction.Snapshot.Metadata with { Configuration = settings.Configuration });
    }

    static Task WriteWinnerAsync(MemoryObjectStore store, JsonElement winner, TableMetadata metadata)
    {
        var lines = new List<LogLine>();
        lines.Add(new() { CommitInfo = new CommitInfo { IsBlindAppend = winner.TryGetProperty("isBlindAppend", out var flag) ? flag.GetBoolean() : null } });
        foreach (var line in winner.GetProperty("actions").EnumerateArray().Select(action => Line(action, metadata.PartitionColumns)))
            lines.Add(line.MetaData is { } settings ? new LogLine { MetaData = metadata with { Configuration = settings.Configuration } } : line);
        return store.PutAsync(TestTable.CommitPath(winner.GetProperty("version").GetInt64()), ActionJson.Write(lines), Token);
    }

    /// <summary>The vectors leave out what does not matter to conflicts.</summary>
    static LogLine Line(JsonElement action, IReadOnlyList<string> partitionColumns)
    {
        var node = JsonNode.Parse(action.GetRawText())!;
        foreach (var file in new[] { node["add"], node["remove"] }.OfType<JsonNode>())
        {
            file["size"] = 1;
            if (partitionColumns.Count == 0)
                file["partitionValues"] = new JsonObject();
        }

        if (node["add"] is { } add)
            add["modificationTime"] = 0;
        if (node["metaData"] is { } metadata)
            (metadata["schemaString"], metadata["partitionColumns"]) = (Schema, new JsonArray());
        return node.Deserialize(ActionJsonContext.Default.LogLine)!;
    }

    static Dictionary<string, string?> Values(IReadOnlyList<string> columns, string value) => columns.ToDictionary(column => column, string? (_) => value);
}
