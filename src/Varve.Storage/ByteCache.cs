using System.Diagnostics.CodeAnalysis;

namespace Varve.Storage;

/// <summary>Keeps what was used last, up to a number of bytes. Safe to use from many threads.</summary>
/// <typeparam name="TKey">What a value is found by.</typeparam>
/// <typeparam name="TValue">What is kept.</typeparam>
/// <param name="bytesMax">Bytes of all values.</param>
public sealed class ByteCache<TKey, TValue>(long bytesMax)
    where TKey : notnull
{
    readonly Lock _lock = new();
    readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _byUse = [];

    /// <summary>Bytes that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>The value of a key, which counts as used now.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Keeps a value in place of the one that its key had. One that is larger than the cache is not kept.</summary>
    public void Set(TKey key, TValue value, long bytes)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var old))
                Forget(old);
            if (bytes > bytesMax)
                return;
            while (Bytes + bytes > bytesMax)
            {
                var last = _byUse.Last!;
                _entries.Remove(last.Value.Key);
                Forget(last);
            }

            _entries[key] = _byUse.AddFirst(new Entry(key, value, bytes));
            Bytes += bytes;
        }
    }

    void Forget(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        Bytes -= node.Value.Bytes;
    }

    readonly record struct Entry(TKey Key, TValue Value, long Bytes);
}
