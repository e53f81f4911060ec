using System.Reflection;
using System.Text;

namespace Varve.Query.Tests.Sql;

/// <summary>The lines of sql-reference.txt, and the page that is made of them.</summary>
static class SqlReference
{
    public enum LineKind
    {
        Section,
        Sentence,
        One,
        Four,
        Statement,
    }

    public sealed record Line(LineKind Kind, string Text, string Answer);

    public static IReadOnlyList<Line> Lines { get; } = Read();

    public static string Page()
    {
        var page = new StringBuilder(
            """
            # SQL reference

            Every function, operator and clause, each with an example and its answer. This page is made from the examples, and they are tests:
            tests/Varve.Query.Tests/Sql/sql-reference.txt. What is not here is refused. [query.md](query.md) has the rules and the limits.

            Expressions stand for `SELECT … FROM http_requests` over one record:

            ```json

            """.ReplaceLineEndings("\n"));
        page.Append(DialectLake.One).Append("\n```\n\nand those of many rows, like the statements, over four:\n\n```json\n");
        page.AppendJoin('\n', DialectLake.FourRecords).Append("\n```\n");
        var before = LineKind.Section;
        foreach (var line in Lines)
        {
            page.Append(Start(before, line.Kind)).Append(line.Kind switch
            {
                LineKind.Section => $"\n## {line.Text}\n",
                LineKind.Sentence => $"\n{line.Text}\n",
                LineKind.Statement => $"{line.Text.TrimEnd(';')};\n-- {line.Answer}\n",
                _ => $"| `{Cell(line.Text)}` | `{Cell(line.Answer)}` |\n",
            });
            before = line.Kind;
        }

        return page.Append(before == LineKind.Statement ? "```\n" : "").ToString();
    }

    static string Start(LineKind before, LineKind kind)
    {
        if (before == kind)
            return "";
        var end = before == LineKind.Statement ? "```\n" : "";
        return kind switch
        {
            LineKind.Statement => end + "\n```sql\n",
            LineKind.One or LineKind.Four => end + "\n| expression | gives |\n|---|---|\n",
            _ => end,
        };
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    static List<Line> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("sql-reference.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal) && !line.StartsWith("#  ", StringComparison.Ordinal)).Select(Parse)];
    }

    static Line Parse(string line)
    {
        if (line.StartsWith("## ", StringComparison.Ordinal))
            return new Line(LineKind.Section, line[3..], "");
        if (line.StartsWith(": ", StringComparison.Ordinal))
            return new Line(LineKind.Sentence, line[2..], "");
        const string Arrow = " => ";
        var kind = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        var arrow = line.LastIndexOf(Arrow, StringComparison.Ordinal);
        var text = line[kind.Length..arrow].Trim();
        return new Line(kind switch { "one" => LineKind.One, "four" => LineKind.Four, "sql" => LineKind.Statement, _ => throw new FormatException(line) }, text, line[(arrow + Arrow.Length)..]);
    }
}
