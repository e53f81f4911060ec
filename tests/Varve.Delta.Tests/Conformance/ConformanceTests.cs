using System.Text.Json;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Conformance;

/// <summary>Tables that other engines wrote. A table may be refused; none may be read wrongly.</summary>
[Trait("category", "conformance")]
public sealed class ConformanceTests(ITestOutputHelper output)
{
    // Raise it when more tables can be read; it never falls.
    const int OpenedMin = 110;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_table_that_others_wrote_is_opened_with_a_wrong_version_or_number_of_files()
    {
        var opened = 0;
        var refused = new List<string>();
        var wrong = new List<string>();
        foreach (var (name, folder, expected) in Tables(expect: "ok", tier: "mvp"))
            try
            {
                if (await OpenAsync(folder) is not { } snapshot)
                    wrong.Add($"{name}: no table found");
                else if (Difference(snapshot, expected) is { } difference)
                    wrong.Add($"{name}: {difference}");
                else
                    opened++;
            }
            catch (VarveException fault)
            {
                refused.Add($"{name}: {fault.Kind}: {fault.Message}");
            }

        output.WriteLine($"{opened} opened, {refused.Count} refused");
        foreach (var line in refused)
            output.WriteLine(line);
        Assert.Empty(wrong);
        Assert.True(opened >= OpenedMin, $"{opened} tables were opened; at least {OpenedMin} can be.");
    }

    [Fact]
    public async Task Every_version_of_a_table_that_others_wrote_has_its_number_of_files()
    {
        var compared = 0;
        var wrong = new List<string>();
        foreach (var (name, folder, expected) in Tables(expect: "ok", tier: "mvp"))
        {
            if (!expected.TryGetProperty("versions", out var versions))
                continue;
            var table = await OpenTableAsync(folder);
            foreach (var version in versions.EnumerateObject())
                if (version.Value.TryGetProperty("numFiles", out var files) && files.ValueKind == JsonValueKind.Number && table is not null)
                    try
                    {
                        var found = (await table.LoadAsync(long.Parse(version.Name, null), Token)).Files.Count;
                        compared++;
                        if (found != files.GetInt32())
                            wrong.Add($"{name} version {version.Name}: {found} files instead of {files}");
                    }
                    catch (VarveException fault)
                    {
                        output.WriteLine($"{name} version {version.Name}: {fault.Kind}: {fault.Message}");
                    }
        }

        output.WriteLine($"{compared} versions compared");
        Assert.Empty(wrong);
        Assert.True(compared > 0);
    }

    [Fact]
    public async Task Tables_that_no_reader_may_open_are_not_opened()
    {
        var wrong = new List<string>();
        foreach (var (name, folder, _) in Tables(expect: "error", tier: null))
            try
            {
                if (await OpenAsync(folder) is not null)
                    wrong.Add(name);
            }
            catch (VarveException fault)
            {
                output.WriteLine($"{name}: {fault.Kind}: {fault.Message}");
            }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Tables_of_features_beyond_this_version_are_refused_and_not_opened_wrongly()
    {
        var wrong = new List<string>();
        foreach (var (name, folder, expected) in Tables(expect: null, tier: null))
            if (expected.GetProperty("expect").GetString() is "ok" or "ok-or-error")
                try
                {
                    if (await OpenAsync(folder) is { } snapshot && Difference(snapshot, expected) is { } difference)
                        wrong.Add($"{name}: {difference}");
                }
                catch (VarveException)
                {
                    // Any refusal will do: what is tested is that nothing else is thrown and nothing wrong is read.
                }

        Assert.Empty(wrong);
    }

    static async Task<Snapshot?> OpenAsync(string folder) =>
        (await DeltaTable.OpenAsync(new LocalObjectStore(folder), "delta", options: null, logger: null, Token))?.Latest;

    static async Task<DeltaTable?> OpenTableAsync(string folder)
    {
        try
        {
            return await DeltaTable.OpenAsync(new LocalObjectStore(folder), "delta", options: null, logger: null, Token);
        }
        catch (VarveException)
        {
            return null;
        }
    }

    static string? Difference(Snapshot snapshot, JsonElement expected)
    {
        if (Number(expected, "version") is { } version && version != snapshot.Version)
            return $"version {snapshot.Version} instead of {version}";
        if (Number(expected, "numFiles") is { } files && files != snapshot.Files.Count)
            return $"{snapshot.Files.Count} files instead of {files}";
        if (Number(expected, "sizeInBytes") is { } bytes && bytes != snapshot.Files.Values.Sum(file => file.Size))
            return $"{snapshot.Files.Values.Sum(file => file.Size)} bytes instead of {bytes}";
        return null;
    }

    static long? Number(JsonElement expected, string name) =>
        expected.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    static List<(string Name, string Folder, JsonElement Expected)> Tables(string? expect, string? tier)
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var tables = new List<(string, string, JsonElement)>();
        foreach (var file in Directory.EnumerateFiles(root, "expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var expected = document.RootElement.Clone();
            var folder = Path.GetDirectoryName(file)!;
            if ((expect is null || expected.GetProperty("expect").GetString() == expect) && (tier is null || expected.GetProperty("tier").GetString() == tier))
                tables.Add((Path.GetRelativePath(root, folder), folder, expected));
        }

        Assert.NotEmpty(tables);
        return tables;
    }
}
