using System.Collections.Concurrent;

namespace Varve.Ingest.Activity;

/// <summary>Names as they may stand in a tag of a metric: the first so many, then one name for all others. Safe to use from many threads.</summary>
sealed class BoundedNames(int namesMax)
{
    readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>The name itself, or <see cref="ReasonText.Other"/> once there are too many.</summary>
    public string Admit(string name)
    {
        if (_known.ContainsKey(name))
            return name;
        // Threads that add at the same moment may go over by their number; a name that was let in stays.
        return _known.Count < namesMax && (_known.TryAdd(name, true) || _known.ContainsKey(name)) ? name : ReasonText.Other;
    }
}
