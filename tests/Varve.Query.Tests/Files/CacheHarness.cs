using Varve.Query.Files;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>Sample files in a store, and caches over it in one folder.</summary>
sealed class CacheHarness : IDisposable
{
    /// <summary>No file is small, nothing is read along: what is asked for is what is needed.</summary>
    public static readonly RangeCacheLimits Strict = new() { TailBytes = 16, GapBytesMax = 0 };

    readonly TemporaryFolder _folder = new();
    readonly MemoryObjectStore _memory = new();
    readonly Dictionary<string, SampleFile> _samples = [];

    public CacheHarness() => Store = new WatchedStore(_memory);

    public WatchedStore Store { get; }

    public string Folder => _folder.At("cache");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public RangeCache New(RangeCacheLimits? limits = null, string? folder = null) => new(Store, folder ?? Folder, limits ?? Strict, TimeProvider.System);

    /// <summary>A file of the store; the same name gives the same file.</summary>
    public async Task<SampleFile> AddAsync(string path, int seed = 1, int rows = 3000)
    {
        var sample = new SampleFile(seed, rows);
        await _memory.PutAsync(path, sample.Content, Token);
        _samples[path] = sample;
        return sample;
    }

    /// <summary>Puts other bytes in the place of a file.</summary>
    public Task ReplaceAsync(string path, byte[] content) => _memory.PutAsync(path, content, Token);

    public Task DeleteAsync(string path) => _memory.DeleteAsync(path, Token);

    public Task<FileLease> OpenAsync(RangeCache cache, string path, params string[] columns) => OpenAsync(cache, [path], columns, Token);

    public Task<FileLease> OpenAsync(RangeCache cache, string[] paths, string[] columns, CancellationToken cancellationToken) =>
        cache.OpenAsync([.. paths.Select(path => new NeededFile(path, _samples[path].Content.Length, columns))], cancellationToken);

    /// <summary>Opens and closes; gives what it took.</summary>
    public async Task<FetchFigures> TouchAsync(RangeCache cache, string path, params string[] columns)
    {
        using var lease = await OpenAsync(cache, path, columns);
        return lease.Figures;
    }

    public string LocalPath(RangeCache cache, string path) => cache.LocalPath(path, _samples[path].Content.Length);

    /// <summary>Checks the sparse file against the file: the chunks of the columns and the footer are the same, all other chunks are zeros.</summary>
    public void Check(RangeCache cache, string path, params string[] columns)
    {
        var sample = _samples[path];
        var local = File.ReadAllBytes(LocalPath(cache, path));
        Assert.Equal(sample.Content.Length, local.Length);
        foreach (var chunk in sample.Chunks)
        {
            var expected = columns.Contains(chunk.Column) ? sample.Content.AsSpan((int)chunk.Start, (int)chunk.Length).ToArray() : new byte[chunk.Length];
            Assert.True(expected.AsSpan().SequenceEqual(local.AsSpan((int)chunk.Start, (int)chunk.Length)), $"{path}: the chunk of {chunk.Column} in group {chunk.Group}");
        }

        Assert.Equal(sample.Content.AsSpan(^8).ToArray(), local.AsSpan(^8).ToArray());
    }

    public void Dispose() => _folder.Dispose();
}
