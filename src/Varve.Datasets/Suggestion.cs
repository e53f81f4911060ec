namespace Varve.Datasets;

/// <summary>Finds the known name that a mistyped one most likely stood for.</summary>
public static class Suggestion
{
    const int NameLengthMax = 64;

    /// <summary>The nearest of the names, ignoring case, or null when none is within a third of the length in edits.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> names)
    {
        if (wrong.Length is 0 or > NameLengthMax)
            return null;
        var budget = Math.Max(1, wrong.Length / 3);
        return names
            .Select(name => (Name: name, Distance: Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= budget)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>The nearest of the names as the end of a message, with a blank before it; empty when there is none.</summary>
    public static string Hint(string wrong, IEnumerable<string> names) => Nearest(wrong, names) is { } meant ? $" Did you mean {meant}?" : "";

    // Optimal string alignment: edits, and swaps of neighbours, each count one.
    static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }

        return rows[a.Length, b.Length];
    }
}
