using System.Runtime.CompilerServices;

namespace Varve.Ingest.Columns;

/// <summary>
/// Memory for values by index that grows. A record writes one value into each of a hundred of these: so what is needed for it stands in
/// the owner, and the head of the array, which would be one more line of the processor's cache each time, is not looked at. Whoever reads or writes an
/// index has asked for it with <see cref="Fit"/> before.
/// </summary>
// The memory is pinned, so the pointer is good as long as the array is held.
unsafe struct PinnedArray<T>
    where T : unmanaged
{
    T[]? _array;
    T* _items;
    int _capacity;

    /// <summary>Values there is room for.</summary>
    public readonly int Capacity => _capacity;

    /// <summary>The value of an index below the capacity.</summary>
    public readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[index];
    }

    /// <summary>The first values.</summary>
    public readonly Span<T> First(int count) => new(_items, count);

    /// <summary>Makes room for an index; what is new is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fit(long index, int min)
    {
        if (index >= _capacity)
            Grow(index, min);
    }

    void Grow(long index, int min)
    {
        var spare = PageBytes * 2 / sizeof(T);
        var capacity = (int)Math.Min(Array.MaxLength - spare, Math.Max(index + 1, Math.Max(min, _capacity * 2L)));
        var larger = GC.AllocateArray<T>(capacity + spare, pinned: true);
        // Arrays that double would come to lie so that one index of each falls into the same few sets of the cache, and a record would drive its own
        // lines out: each begins at another line of its page.
        var line = (nint)(uint)Interlocked.Increment(ref Placement.Next) % (PageBytes / LineBytes);
        var start = (nint)Unsafe.AsPointer(ref larger[0]);
        var items = (T*)(((start + PageBytes - 1) & -PageBytes) + (line * LineBytes));
        First(_capacity).CopyTo(new Span<T>(items, capacity));
        _array = larger;
        _items = items;
        _capacity = capacity;
    }

    const int PageBytes = 4096;
    const int LineBytes = 64;
}

/// <summary>Which line of its page the next array begins at.</summary>
static class Placement
{
    public static int Next;
}
