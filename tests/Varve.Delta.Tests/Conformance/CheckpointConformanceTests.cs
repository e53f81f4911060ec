using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Checkpoints of ours of tables that other engines wrote.</summary>
[Trait("category", "conformance")]
public sealed class CheckpointConformanceTests(ITestOutputHelper output)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_checkpoint_of_ours_of_any_table_is_read_back_as_the_same_state(bool isV2, bool statsAsStruct)
    {
        var (written, wrong) = (0, new List<string>());
        foreach (var (name, folder) in Tables())
        {
            var source = new LocalObjectStore(folder);
            var snapshot = (await new SnapshotLoader(source, "delta").LoadAsync(null, Token))!;
            var store = new MemoryObjectStore();
            var commit = $"delta/_delta_log/{LogFileName.Commit(snapshot.Version)}";
            // A checkpoint may be all that is left of the newest version.
            await store.PutAsync(commit, await source.ReadAsync(commit, Token) ?? [], Token);
            var loader = new SnapshotLoader(store, "delta");
            var settings = new CheckpointSettings { IsV2 = isV2, StatsAsStruct = statsAsStruct, RowGroupRows = 3, SidecarRows = 5 };

            await new Checkpointer(store, "delta", loader, TestTable.Impatient, NullLogger.Instance).WriteAsync(snapshot, settings, Token);

            written++;
            if (Comparable(snapshot) != Comparable((await loader.LoadAsync(null, Token))!))
                wrong.Add($"{name}: {Difference(Comparable(snapshot), Comparable((await loader.LoadAsync(null, Token))!))}");
        }

        output.WriteLine($"{written} checkpoints");
        output.WriteLine(string.Join('\n', wrong));
        Assert.Empty(wrong);
        Assert.True(written > 100);
    }

    static string Difference(string expected, string found) =>
        string.Join('\n', expected.Split('\n').Except(found.Split('\n')).Select(line => $"- {line}").Concat(found.Split('\n').Except(expected.Split('\n')).Select(line => $"+ {line}")).Take(4));

    // A log keeps fields that are not known to it, even one without a value; a checkpoint has columns.
    static string Comparable(Snapshot snapshot) => State.Of(snapshot).Replace(",\"stats_parsed\":null", "", StringComparison.Ordinal);

    static IEnumerable<(string Name, string Folder)> Tables()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        foreach (var file in Directory.EnumerateFiles(root, "expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (document.RootElement.GetProperty("expect").GetString() == "ok")
                yield return (Path.GetRelativePath(root, Path.GetDirectoryName(file)!), Path.GetDirectoryName(file)!);
        }
    }
}
