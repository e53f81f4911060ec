namespace Varve.Query.Files;

/// <summary>Which bytes of a file are here: ranges in order that neither overlap nor touch.</summary>
sealed class RangeSet
{
    readonly List<FileRange> _ranges = [];

    /// <summary>How many bytes are here.</summary>
    public long Bytes { get; private set; }

    /// <summary>The ranges, in order.</summary>
    public IReadOnlyList<FileRange> Ranges => _ranges;

    /// <summary>Adds a range; gives how many of its bytes were not here.</summary>
    public long Add(FileRange range)
    {
        var (start, end, had) = (range.Start, range.End, 0L);
        var first = FirstThatEndsFrom(range.Start);
        var next = first;
        for (; next < _ranges.Count && _ranges[next].Start <= range.End; next++)
        {
            start = Math.Min(start, _ranges[next].Start);
            end = Math.Max(end, _ranges[next].End);
            had += _ranges[next].Length;
        }

        _ranges.RemoveRange(first, next - first);
        _ranges.Insert(first, new FileRange(start, end - start));
        var added = end - start - had;
        Bytes += added;
        return added;
    }

    /// <summary>True when every byte of the range is here.</summary>
    public bool Contains(FileRange range)
    {
        var index = FirstThatEndsFrom(range.End);
        return index < _ranges.Count && _ranges[index].Start <= range.Start;
    }

    public void Clear()
    {
        _ranges.Clear();
        Bytes = 0;
    }

    int FirstThatEndsFrom(long offset)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
