using Varve.Simulation.Tests.Scheduling;
using Varve.Storage;

namespace Varve.Simulation.Tests.Store;

/// <summary>The objects as they are at this moment. Strongly consistent: whoever looks sees the last write. Machines reach it through <see cref="BucketClient"/>.</summary>
sealed class Bucket(Scheduler scheduler)
{
    readonly SortedDictionary<string, (byte[] Content, DateTimeOffset Written)> _objects = new(StorePath.Order);

    /// <summary>Told of each object that is written.</summary>
    public Action<string, byte[]> Written { get; set; } = static (_, _) => { };

    /// <summary>Told of each object that is deleted, after it is.</summary>
    public Action<string, DateTimeOffset> Deleted { get; set; } = static (_, _) => { };

    /// <summary>All paths, in order.</summary>
    public IReadOnlyCollection<string> Paths => _objects.Keys;

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
    public List<ObjectInfo> List(string prefix, string? after, int count) =>
    [
        .. _objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || StorePath.Order.Compare(item.Key, after) > 0))
            .Take(count).Select(item => new ObjectInfo(item.Key, item.Value.Content.Length, item.Value.Written)),
    ];
}
