using System.Text.RegularExpressions;
using System.Xml.Linq;
using Varve.TestKit;

namespace Varve.Tidy.Tests;

/// <summary>What a reader relies on and no compiler checks.</summary>
public sealed partial class TidyTests
{
    const int BlobBytesMax = 1 << 20;

    /// <summary>Which project may use which. A new arrow is a decision: write it down in docs/decisions first.</summary>
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Varve.Storage"] = [],
        ["Varve.Delta"] = ["Varve.Storage"],
        ["Varve.Datasets"] = ["Varve.Storage"],
        ["Varve.Ingest"] = ["Varve.Datasets", "Varve.Delta"],
        ["Varve.Query"] = ["Varve.Datasets", "Varve.Delta"],
        ["Varve.Maintenance"] = ["Varve.Datasets", "Varve.Delta"],
        ["Varve.Generator"] = [],
        ["Varve.Control"] = ["Varve.Storage"],
        ["Varve.Server"] = ["Varve.Control", "Varve.Ingest", "Varve.Maintenance", "Varve.Query"],
        ["Varve.Cli"] = ["Varve.Generator", "Varve.Server"],
    };

    static readonly Dictionary<string, int> EventIdThousands = new() { ["Varve.Delta"] = 3, ["Varve.Ingest"] = 4, ["Varve.Query"] = 5, ["Varve.Maintenance"] = 6, ["Varve.Server"] = 8 };

    static string Root => RepositoryFolders.Root;

    [Fact]
    public void Projects_use_each_other_only_along_the_arrows()
    {
        var projects = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories);

        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), projects.Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
        foreach (var project in projects)
        {
            var used = XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Equal(Arrows[Path.GetFileNameWithoutExtension(project)], used.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Links_in_the_docs_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (var page in TrackedFiles().Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
            foreach (Match link in MarkdownLink().Matches(File.ReadAllText(page)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
                    broken.Add($"{Path.GetRelativePath(Root, page)}: {target}");
            }

        Assert.Empty(broken);
    }

    [Fact]
    public void Paths_and_types_that_architecture_names_exist()
    {
        var table = File.ReadLines(Path.Combine(Root, "ARCHITECTURE.md")).Where(line => line.StartsWith('|')).Skip(2).ToList();
        var code = string.Concat(Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.True(table.Count >= 9);
        foreach (var row in table)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            Assert.True(Directory.Exists(Path.Combine(Root, cells[2])), $"{cells[2]} is not there");
            foreach (Match type in TypeInCode().Matches(cells[3] + cells[4]))
                Assert.Matches($@"\b(class|record|interface|struct|enum) {type.Groups[1].Value}\b", code);
            foreach (Match folder in TestFolder().Matches(cells[5]))
                Assert.True(Directory.Exists(Path.Combine(Root, folder.Value)), $"{folder.Value} is not there");
        }
    }

    [Fact]
    public void Every_limit_and_option_is_in_the_configuration_page()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "configuration.md"));
        var missing = new List<string>();
        var files = Directory.GetFiles(Path.Combine(Root, "src"), "*Limits.cs", SearchOption.AllDirectories);
        Assert.True(files.Length >= 4);
        foreach (var file in files)
            foreach (Match property in InitProperty().Matches(File.ReadAllText(file)))
            {
                var limit = $"{Path.GetFileNameWithoutExtension(file)}.{property.Groups[1].Value}";
                if (!page.Contains($"`{limit}`", StringComparison.Ordinal))
                    missing.Add(limit);
            }

        foreach (var command in new[] { "ServeCommand", "IngestCommand", "IngestOptions", "IngestJobCommand" })
            foreach (Match option in CliOption().Matches(File.ReadAllText(Path.Combine(Root, $"src/Varve.Cli/Commands/{command}.cs"))))
                if (!Regex.IsMatch(page, $"`{option.Groups[1].Value}[ `]"))
                    missing.Add(option.Groups[1].Value);

        Assert.Empty(missing);
    }

    [Fact]
    public void Event_ids_are_in_their_projects_range_and_used_once()
    {
        var ids = new List<int>();
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories))
            foreach (Match message in EventId().Matches(File.ReadAllText(file)))
            {
                var project = Path.GetRelativePath(Path.Combine(Root, "src"), file).Split(Path.DirectorySeparatorChar)[0];
                var id = int.Parse(message.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                Assert.Equal(EventIdThousands[project], id / 1000);
                ids.Add(id);
            }

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Every_project_says_what_it_promises_in_forty_lines()
    {
        foreach (var project in Arrows.Keys)
            Assert.InRange(File.ReadAllLines(Path.Combine(Root, "src", project, "README.md")).Length, 5, 40);
    }

    [Fact]
    public void Text_files_have_unix_line_ends_and_nothing_is_large()
    {
        var wrong = new List<string>();
        foreach (var file in TrackedFiles())
        {
            var bytes = File.ReadAllBytes(file);
            if (bytes.Length > BlobBytesMax)
                wrong.Add($"{file}: {bytes.Length} bytes");
            if (Path.GetExtension(file) is ".cs" or ".md" or ".json" or ".ts" or ".tsx" or ".mjs" or ".css" or ".sh" or ".csproj" or ".props" && bytes.Contains((byte)'\r'))
                wrong.Add($"{file}: has a carriage return");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_version_in_the_changelog_is_the_one_that_is_built()
    {
        var version = XDocument.Load(Path.Combine(Root, "Version.props")).Descendants("Version").Single().Value;

        Assert.Contains($"\n## {version}", File.ReadAllText(Path.Combine(Root, "CHANGELOG.md")), StringComparison.Ordinal);
    }

    static IEnumerable<string> TrackedFiles() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => !Ignored().IsMatch(Path.GetRelativePath(Root, file).Replace('\\', '/')));

    [GeneratedRegex(@"(^|/)(\.git|artifacts|node_modules|dist|bin|obj|\.data|\.vite|test-results)(/|$)")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"`([A-Z][A-Za-z]+)`")]
    private static partial Regex TypeInCode();

    [GeneratedRegex(@"(tests|web)/[A-Za-z0-9.]+")]
    private static partial Regex TestFolder();

    [GeneratedRegex(@"public \S+ (\w+) \{ get; init; \}")]
    private static partial Regex InitProperty();

    [GeneratedRegex("\"(--[a-z-]+)\"")]
    private static partial Regex CliOption();

    [GeneratedRegex(@"LoggerMessage\((\d+)")]
    private static partial Regex EventId();
}
