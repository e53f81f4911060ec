using System.Diagnostics;
using System.Text.RegularExpressions;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The library as others get it: packed, restored into a project of its own, and used as its README says.</summary>
public sealed partial class PackageTests(ITestOutputHelper output) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_in_the_readme_of_the_package_runs_from_the_package()
    {
        var version = $"0.0.1-readme{Guid.NewGuid():N}";
        var packages = _folder.At("packages");
        foreach (var project in new[] { "Varve.Storage", "Varve.Delta" })
            await RunAsync(RepositoryFolders.Root, "pack", Path.Combine("src", project), "--configuration", "Release", "--no-build", "--output", packages, $"-p:Version={version}");
        var sample = Directory.CreateDirectory(_folder.At("sample")).FullName;
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryFolders.Root, "src", "Varve.Delta", "PACKAGE.md"), Token);
        await File.WriteAllTextAsync(Path.Combine(sample, "Program.cs"), Assert.Single(CodeBlock().Matches(readme)).Groups[1].Value, Token);
        await File.WriteAllTextAsync(Path.Combine(sample, "sample.csproj"), Project(version, packages), Token);

        var printed = await RunAsync(sample, "run", "--", _folder.At("store"));

        output.WriteLine(printed);
        // Half of the rows are of the day; of these the ones of 300 bytes and more of 8 workers.
        var expected = 8 * Enumerable.Range(1, 5).SelectMany(number => Enumerable.Range(0, 50).Select(index => (number * 100) + (2 * index) + 1)).Where(bytes => bytes >= 300).Sum();
        Assert.Contains($"80 files, {expected} bytes", printed, StringComparison.Ordinal);
        Assert.Matches(@"version 1 had \d+ rows", printed);
        Assert.Matches(@"Committed \{ Version = \d+ \}", printed);
        Assert.Contains("vacuum would delete 0 files", printed, StringComparison.Ordinal);
        Assert.True(Directory.Exists(_folder.At("store", "requests", "_delta_log")));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Packages that are on this machine already are not fetched again.</summary>
    string Project(string version, string packages) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <RestoreSources>{packages}</RestoreSources>
            <RestorePackagesPath>{_folder.At("restored")}</RestorePackagesPath>
            <RestoreFallbackFolders>{InstalledPackages()}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Varve.Delta" Version="{version}" />
          </ItemGroup>
        </Project>
        """;

    static string InstalledPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var printed = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}: {printed} {await errors}");
        return printed;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
