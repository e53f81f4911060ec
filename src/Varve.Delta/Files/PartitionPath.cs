using System.Buffers;
using System.Globalization;
using System.Text;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Files;

/// <summary>
/// The folders of partitions, as Hive names them: <c>column=value</c>. They are for people and file browsers; readers take values from the
/// log. <see cref="TablePath.Encode"/> goes on top for the path in the log.
/// </summary>
public static class PartitionPath
{
    /// <summary>What stands for null.</summary>
    public const string Null = "__HIVE_DEFAULT_PARTITION__";

    static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"#%'*/:=?\\{[]^\u007F" + new string([.. Enumerable.Range(1, 31).Select(code => (char)code)]));

    /// <summary>The folder of the values of partition columns, in their order; without a slash at the end.</summary>
    /// <param name="columns">The columns, with their values as the log has them; null and the empty text are null.</param>
    public static string Folder(params IEnumerable<KeyValuePair<string, string?>> columns) =>
        string.Join('/', columns.Select(column => $"{Escape(column.Key)}={(string.IsNullOrEmpty(column.Value) ? Null : Escape(column.Value))}"));

    /// <summary>A value as the log has it: its text, or null.</summary>
    public static string? Text(DeltaValue? value, DeltaType type) => PartitionValue.Format(value, type);

    /// <summary>A name or a value with the characters escaped that may not be in a folder's name.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(Escaped) < 0)
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
            if (Escaped.Contains(character))
                escaped.Append('%').Append(((int)character).ToString("X2", CultureInfo.InvariantCulture));
            else
                escaped.Append(character);
        return escaped.ToString();
    }

    /// <summary>The text that <see cref="Escape"/> was given; what is no escape stays.</summary>
    public static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
            if (text[at] == '%' && at + 2 < text.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code < 0x80)
            {
                plain.Append((char)code);
                at += 2;
            }
            else
                plain.Append(text[at]);
        return plain.ToString();
    }
}
