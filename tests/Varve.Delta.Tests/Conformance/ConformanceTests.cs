using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Delta.Checkpoints;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>The logs of tables that other engines wrote, against what these see in them.</summary>
[Trait("category", "conformance")]
public sealed class ConformanceTests(ITestOutputHelper output)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_that_others_wrote_is_opened_with_the_state_that_they_see()
    {
        var opened = 0;
        var wrong = new List<string>();
        foreach (var (name, folder, expected) in Tables("ok"))
            try
            {
                if (await OpenAsync(folder) is not { } table)
                    wrong.Add($"{name}: no table found");
                else if (ExpectedTable.Difference(table.Latest, expected) is { } difference)
                    wrong.Add($"{name}: {difference}");
                else
                    opened++;
            }
            catch (VarveException fault)
            {
                wrong.Add($"{name}: {fault.Kind}: {fault.Message}");
            }

        output.WriteLine($"{opened} tables opened, {wrong.Count} not or wrongly");
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_version_of_a_table_that_others_wrote_has_its_number_of_files_and_its_time()
    {
        var (compared, times, unreachable) = (0, 0, 0);
        var wrong = new List<string>();
        foreach (var (name, folder, expected) in Tables("ok"))
        {
            var table = (await OpenAsync(folder))!;
            foreach (var version in expected.GetProperty("versions").EnumerateObject())
            {
                var number = long.Parse(version.Name, CultureInfo.InvariantCulture);
                if (version.Value.TryGetProperty("unreachable", out _))
                {
                    Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => table.LoadAsync(number, Token))).Kind);
                    unreachable++;
                    continue;
                }

                var snapshot = await table.LoadAsync(number, Token);
                compared++;
                if (snapshot.Files.Count != version.Value.GetProperty("numFiles").GetInt32())
                    wrong.Add($"{name} version {number}: {snapshot.Files.Count} files");
                if (!version.Value.TryGetProperty("inCommitTimestamp", out var stated))
                    continue;
                if (snapshot.CommitTimestampMs != stated.GetInt64())
                    wrong.Add($"{name} version {number}: of {snapshot.CommitTimestampMs} instead of {stated}");
                if (!table.Latest.Metadata.Configuration.ContainsKey("delta.enableInCommitTimestamps"))
                    continue;
                times++;
                var at = await table.LoadAsOfAsync(DateTimeOffset.FromUnixTimeMilliseconds(stated.GetInt64()), Token);
                if (at.Version != number)
                    wrong.Add($"{name} as of {stated}: version {at.Version} instead of {number}");
            }
        }

        output.WriteLine($"{compared} versions compared, {times} by their time, {unreachable} out of reach");
        Assert.Empty(wrong);
        Assert.True(compared > 0 && times > 0);
    }

    [Fact]
    public async Task Tables_that_no_reader_may_open_are_not_opened()
    {
        var (missing, wrong) = (0, new List<string>());
        foreach (var (name, folder, _) in Tables("error"))
            try
            {
                if (await OpenAsync(folder) is null)
                    missing++;
                else
                    wrong.Add(name);
            }
            catch (VarveException fault)
            {
                output.WriteLine($"{name}: {fault.Kind}: {fault.Message}");
            }

        output.WriteLine($"{missing} folders are no tables");
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Tables_of_features_beyond_this_version_are_refused_and_the_feature_is_named()
    {
        var refused = 0;
        foreach (var (name, folder, expected) in Tables("ok-or-error"))
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => OpenAsync(folder));

            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.Contains(expected.GetProperty("mayRefuse").EnumerateArray(), feature => fault.Message.Contains($"'{feature.GetString()}'", StringComparison.Ordinal));
            output.WriteLine($"{name}: {fault.Message}");
            refused++;
        }

        output.WriteLine($"{refused} tables refused");
    }

    [Fact]
    public void Every_checksum_that_others_wrote_is_right_and_its_hint_is_used()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var (read, wrong) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(root, "_last_checkpoint", SearchOption.AllDirectories))
        {
            var content = File.ReadAllBytes(file);
            if (!Encoding.UTF8.GetString(content).Contains("\"checksum\"", StringComparison.Ordinal))
                continue;
            read++;
            if (LastCheckpoint.Read(content) is null)
                wrong.Add(Path.GetRelativePath(root, file));
        }

        output.WriteLine($"{read} checksums");
        Assert.Empty(wrong);
        Assert.True(read > 0);
    }

    static Task<DeltaTable?> OpenAsync(string folder) => DeltaTable.OpenAsync(new LocalObjectStore(folder), "delta", options: null, logger: null, Token);

    static List<(string Name, string Folder, JsonElement Expected)> Tables(string expect)
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var tables = new List<(string, string, JsonElement)>();
        foreach (var file in Directory.EnumerateFiles(root, "expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var expected = document.RootElement.Clone();
            var folder = Path.GetDirectoryName(file)!;
            if (expected.GetProperty("expect").GetString() == expect)
                tables.Add((Path.GetRelativePath(root, folder), folder, expected));
        }

        Assert.NotEmpty(tables);
        return tables;
    }
}
