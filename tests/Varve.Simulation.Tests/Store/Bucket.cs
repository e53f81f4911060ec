using Varve.Simulation.Tests.Scheduling;
using Varve.Storage;

namespace Varve.Simulation.Tests.Store;

/// <summary>The objects as they are at this moment. Strongly consistent: whoever looks sees the last write. Machines reach it through <see cref="BucketClient"/>.</summary>
sealed class Bucket(Scheduler scheduler)
{
    // Paths of a simulation are ASCII: their ordinal order is that of their bytes.
    readonly SortedList<string, (byte[] Content, DateTimeOffset Written)> _objects = new(StringComparer.Ordinal);

    /// <summary>Told of each object that is written.</summary>
    public Action<string, byte[]> Written { get; set; } = static (_, _) => { };

    /// <summary>Told of each object that is deleted, after it is.</summary>
    public Action<string, DateTimeOffset> Deleted { get; set; } = static (_, _) => { };

    /// <summary>All paths, in order.</summary>
    public IList<string> Paths => _objects.Keys;

    public byte[]? Read(string path) => _objects.TryGetValue(path, out var found) ? found.Content : null;

    public ObjectInfo? Head(string path) => _objects.TryGetValue(path, out var found) ? new ObjectInfo(path, found.Content.Length, found.Written) : null;

    public bool PutIfAbsent(string path, byte[] content)
    {
        if (_objects.ContainsKey(path))
            return false;
        Put(path, content);
        return true;
    }

    public void Put(string path, byte[] content)
    {
        _objects[path] = (content, scheduler.Now);
        Written(path, content);
    }

    public void Delete(string path)
    {
        if (_objects.Remove(path, out var was))
            Deleted(path, was.Written);
    }

    /// <summary>At most <paramref name="count"/> objects of the prefix after a path.</summary>
    public List<ObjectInfo> List(string prefix, string? after, int count)
    {
        var page = new List<ObjectInfo>();
        for (var index = FirstAfter(after is null || string.CompareOrdinal(after, prefix) < 0 ? prefix : after); page.Count < count; index++)
        {
            if (index == _objects.Count || !_objects.GetKeyAtIndex(index).StartsWith(prefix, StringComparison.Ordinal))
                return page;
            var (content, written) = _objects.GetValueAtIndex(index);
            page.Add(new ObjectInfo(_objects.GetKeyAtIndex(index), content.Length, written));
        }

        return page;
    }

    int FirstAfter(string path)
    {
        var (low, high) = (0, _objects.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(_objects.GetKeyAtIndex(middle), path) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
