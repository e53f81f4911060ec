using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Varve.Delta.Checkpoints;

/// <summary>One text for all JSON of one meaning, to compute the checksum of <c>_last_checkpoint</c>. Delta protocol: "JSON checksum".</summary>
static class CanonicalJson
{
    const string ChecksumField = "checksum";

    /// <summary>The MD5 of the canonical text, in lower-case hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The protocol says MD5; it finds accidents, not attacks.")]
    public static string Checksum(JsonElement root) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(Text(root))));

    /// <summary>The leaves as <c>path=value</c>, in ordinal order of these texts; the checksum itself is left out.</summary>
    public static string Text(JsonElement root)
    {
        var leaves = new List<string>();
        Collect(root, "", leaves);
        leaves.Sort(StringComparer.Ordinal);
        return string.Join(',', leaves);
    }

    static void Collect(JsonElement element, string path, List<string> leaves)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
                if (path.Length > 0 || member.Name != ChecksumField)
                    Collect(member.Value, Join(path, Quoted(member.Name)), leaves);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
                Collect(item, Join(path, $"{index++}"), leaves);
        }
        else
            leaves.Add($"{path}={(element.ValueKind == JsonValueKind.String ? Quoted(element.GetString()!) : element.GetRawText())}");
    }

    static string Join(string path, string key) => path.Length == 0 ? key : $"{path}+{key}";

    static string Quoted(string text) => $"\"{Uri.EscapeDataString(text)}\"";
}
