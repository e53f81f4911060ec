using System.Text;

namespace Varve.Server.Activity;

/// <summary>Texts as they have to stand in the languages of the ready texts. A token may hold any character.</summary>
static class SetupQuotes
{
    /// <summary>One word of a POSIX shell.</summary>
    public static string Shell(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A quoted text of TOML, YAML and JSON.</summary>
    public static string Double(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
            quoted.Append(character switch { '"' => "\\\"", '\\' => @"\\", < ' ' => $"\\u{(int)character:x4}", _ => character.ToString() });
        return quoted.Append('"').ToString();
    }

    /// <summary>A quoted text of Terraform, in which nothing is evaluated.</summary>
    public static string Terraform(string text) =>
        Double(text).Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);
}
