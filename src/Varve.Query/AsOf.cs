using System.Globalization;
using Varve.Storage;

namespace Varve.Query;

/// <summary>An earlier state of the tables: as they were at a time, or a version of the one table that is read.</summary>
/// <param name="Time">The time; null when it is a version.</param>
/// <param name="Version">The version; null when it is a time.</param>
public sealed record AsOf(DateTimeOffset? Time, long? Version)
{
    /// <summary>The version of each table, by its path: other tables are not read. Null when it is a time or a version.</summary>
    internal IReadOnlyDictionary<string, long>? Versions { get; init; }

    /// <summary>Reads an instant (RFC 3339) or the number of a version.</summary>
    /// <exception cref="VarveException">It is neither.</exception>
    public static AsOf Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return new AsOf(null, version);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Contains('-', StringComparison.Ordinal)
            ? new AsOf(time, null)
            : throw new VarveException(FaultKind.Invalid, $"'{text}' is neither a time nor a version: write it like 2026-11-22T10:00:00Z, or like 42.");
    }

    /// <inheritdoc/>
    public override string ToString() => Version?.ToString(CultureInfo.InvariantCulture) ?? Time!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
