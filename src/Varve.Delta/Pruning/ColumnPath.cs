using System.Text;

namespace Varve.Delta.Pruning;

/// <summary>A column by its name, or a field in a nested record by the names that lead to it.</summary>
public sealed class ColumnPath : IEquatable<ColumnPath>
{
    /// <param name="names">One name or more, from the top.</param>
    public ColumnPath(params IReadOnlyList<string> names) => Names = names;

    /// <summary>The names from the top.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public bool Equals(ColumnPath? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ColumnPath);

    /// <inheritdoc/>
    public override int GetHashCode() => Names.Aggregate(0, (hash, name) => HashCode.Combine(hash, name));

    /// <summary>As <see cref="PredicateText"/> reads it, with quotes where a name needs them.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var name in Names)
            text.Append(text.Length > 0 ? "." : "").Append(
                PredicateTokens.IsPlainName(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        return text.ToString();
    }
}
