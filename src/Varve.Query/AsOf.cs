using System.Globalization;
using Varve.Storage;

namespace Varve.Query;

/// <summary>An earlier state of the tables: as they were at a time, a version of the one table that is read, or versions of several.</summary>
/// <param name="Time">The time; null when it is not one.</param>
/// <param name="Version">The version; null when it is not one.</param>
public sealed record AsOf(DateTimeOffset? Time, long? Version)
{
    /// <summary>Tables that can be named with their versions.</summary>
    public const int TablesMax = 1_000;

    /// <summary>The version of each table, by its path: other tables are not read. Null when it is a time or a version.</summary>
    internal IReadOnlyDictionary<string, long>? Versions { get; init; }

    /// <summary>Reads an instant (RFC 3339), the number of a version, or tables with their versions: <c>path@version,path@version</c>.</summary>
    /// <exception cref="VarveException">It is none of these.</exception>
    public static AsOf Parse(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            return new AsOf(null, null) { Versions = VersionsOf(text) };
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return new AsOf(null, version);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && text.Contains('-', StringComparison.Ordinal)
            ? new AsOf(time, null)
            : throw new VarveException(FaultKind.Invalid, $"'{text}' is neither a time nor a version: write it like 2026-11-22T10:00:00Z, or like 42.");
    }

    static Dictionary<string, long> VersionsOf(string text)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pair in text.Split(','))
        {
            var at = pair.LastIndexOf('@');
            if (at < 1 || !long.TryParse(pair.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || !versions.TryAdd(pair[..at], version))
                throw new VarveException(FaultKind.Invalid, $"'{pair}' is no table with its version, or the table is named twice: write them like accounts/default/zones/example.com/http_requests@42, with commas between.");
            if (versions.Count > TablesMax)
                throw new VarveException(FaultKind.Invalid, $"More than {TablesMax} tables are named with their versions: give a time instead.");
        }

        return versions;
    }

    /// <inheritdoc/>
    public override string ToString() => Versions is not null ? string.Join(',', Versions.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Key}@{each.Value}"))) : Version?.ToString(CultureInfo.InvariantCulture) ?? Time!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
