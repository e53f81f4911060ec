using System.Text.Json;
using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Appends to copies of tables that other engines wrote: those that a writer must refuse, and all others.</summary>
[Trait("category", "conformance")]
public sealed class WriteConformanceTests(ITestOutputHelper output)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_is_appended_to_unless_a_writer_must_refuse_it()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var (refusedAsTold, appended, refused, wrong) = (0, 0, 0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(root, "expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(file, Token));
            if (expected.RootElement.GetProperty("expect").ValueEquals("error"))
                continue;
            var folder = Path.GetDirectoryName(file)!;
            var name = Path.GetRelativePath(root, folder);
            var mustRefuse = expected.RootElement.TryGetProperty("writeExpect", out _);
            var fault = await AppendAsync(folder);
            if (fault is null)
                appended++;
            else
                output.WriteLine($"{name}: {fault.Message}");
            if (fault is null && mustRefuse)
                wrong.Add($"{name} was written");
            else if (fault is not null && (fault.Kind != FaultKind.Invalid || (!mustRefuse && !fault.Message.Contains('\''))))
                wrong.Add($"{name}: {fault.Kind}: {fault.Message}");
            (refusedAsTold, refused) = (refusedAsTold + (mustRefuse && fault is not null ? 1 : 0), refused + (fault is null ? 0 : 1));
        }

        output.WriteLine($"{appended} tables appended to, {refused} refused, {refusedAsTold} of them as told");
        Assert.Empty(wrong);
        Assert.Equal(14, refusedAsTold);
        Assert.True(appended > 100, $"{appended} tables appended to");
    }

    /// <summary>Appends to a copy of the log; null when that is made and read again.</summary>
    static async Task<VarveException?> AppendAsync(string folder)
    {
        using var copy = new TemporaryFolder();
        var log = Path.Combine(folder, "delta", "_delta_log");
        foreach (var source in Directory.EnumerateFiles(log, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.FullPath, "delta", "_delta_log", Path.GetRelativePath(log, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }

        var store = new LocalObjectStore(copy.FullPath);
        try
        {
            var table = (await DeltaTable.OpenAsync(store, "delta", TestTable.Impatient, null, Token))!;
            var before = table.Latest;
            var add = TestTable.Add("new") with { PartitionValues = before.Metadata.PartitionColumns.ToDictionary(column => column, string? (_) => null) };
            var outcome = await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [add] }, Token);
            Assert.Equal(new CommitOutcome.Committed(before.Version + 1), outcome);
            var again = (await DeltaTable.OpenAsync(store, "delta", null, null, Token))!.Latest;
            Assert.Equal((before.Version + 1, before.Files.Count + 1), (again.Version, again.Files.Count));
            return null;
        }
        catch (VarveException fault)
        {
            return fault;
        }
    }
}
