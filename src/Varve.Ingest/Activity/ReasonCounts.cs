namespace Varve.Ingest.Activity;

/// <summary>Rejected lines of one table by reason. Not safe for many threads.</summary>
sealed class ReasonCounts(int reasonsMax)
{
    readonly Dictionary<string, Entry> _byKey = new(StringComparer.Ordinal);
    (string Reason, Entry Entry)? _last;

    /// <summary>Counts a line.</summary>
    /// <param name="reason">Why, as the outcome says it.</param>
    /// <param name="source">Where the line came from.</param>
    /// <param name="line">Its number, or null.</param>
    /// <param name="now">The time.</param>
    public void Add(string reason, string source, long? line, DateTimeOffset now)
    {
        // Broken input is mostly broken in one way.
        if (_last is not var (known, entry) || known != reason)
        {
            entry = Find(reason);
            _last = (reason, entry);
        }

        entry.Count++;
        if (entry.Count == 1)
            entry.First = now;
        entry.Last = now;
        entry.Source = source;
        entry.Line = line;
    }

    /// <summary>The most frequent first.</summary>
    public IReadOnlyList<ReasonFigures> List() =>
        [.. _byKey.Values.OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Text, StringComparer.Ordinal)
            .Select(entry => new ReasonFigures(entry.Text, entry.Count, entry.First, entry.Last, entry.Source, entry.Line))];

    Entry Find(string reason)
    {
        var shown = ReasonText.Shown(reason);
        var key = ReasonText.Key(shown);
        if (!_byKey.ContainsKey(key) && _byKey.Keys.Count(each => each != ReasonText.Other) >= reasonsMax)
            shown = key = ReasonText.Other;
        if (!_byKey.TryGetValue(key, out var entry))
            _byKey.Add(key, entry = new Entry { Text = shown });
        else if (entry.Text != shown)
            entry.Text = key;
        return entry;
    }

    sealed class Entry
    {
        public required string Text { get; set; }

        public long Count { get; set; }

        public DateTimeOffset First { get; set; }

        public DateTimeOffset Last { get; set; }

        public string Source { get; set; } = "";

        public long? Line { get; set; }
    }
}
