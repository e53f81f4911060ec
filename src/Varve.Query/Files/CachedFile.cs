namespace Varve.Query.Files;

/// <summary>A file of the store that is here in part: a sparse file of its full size. The shelf's lock guards it, but where it says otherwise.</summary>
/// <param name="path">Its path in the store.</param>
/// <param name="sizeBytes">Its size.</param>
/// <param name="localPath">The sparse file.</param>
sealed class CachedFile(string path, long sizeBytes, string localPath)
{
    public string Path { get; } = path;

    public long SizeBytes { get; } = sizeBytes;

    public string LocalPath { get; } = localPath;

    /// <summary>What is here. Nothing else in the sparse file may be read.</summary>
    public RangeSet Present { get; } = new();

    /// <summary>What the store changes when the object is written anew; null until it was asked.</summary>
    public string? Tag { get; set; }

    /// <summary>True once the store was asked, by this process, whether the object is still the same.</summary>
    public bool IsChecked { get; set; }

    /// <summary>What its footer tells; null when that is not known yet, or no longer.</summary>
    public ParquetLayout? Layout { get; set; }

    /// <summary>How many queries and fetches need it to stay.</summary>
    public int Leases { get; set; }

    /// <summary>True when it has to go as soon as nobody needs it.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>The look at its footer, while one is under way.</summary>
    public SharedWork<ParquetLayout>? Opening { get; set; }

    /// <summary>True while its map is being written: it must not be deleted.</summary>
    public bool IsBeingMapped { get; set; }

    /// <summary>What is on its way.</summary>
    public List<RangeFetch> Fetches { get; } = [];

    /// <summary>Its place among the files that nobody needs.</summary>
    public LinkedListNode<CachedFile>? Idle { get; set; }

    /// <summary>Its place among the files whose footers are known.</summary>
    public LinkedListNode<CachedFile>? Known { get; set; }

    /// <summary>Guards the map on disk and what follows. It may be taken before the shelf's lock, never after.</summary>
    public Lock MapLock { get; } = new();

    /// <summary>How many write to it.</summary>
    public int Writers { get; set; }

    /// <summary>True from before the first byte that the map does not know of until the map is written anew: meanwhile there is no map.</summary>
    public bool IsUnmapped { get; set; } = true;
}
