using CsCheck;
using Varve.Query.Files;

namespace Varve.Query.Tests.Files;

/// <summary>What a cache leaves behind when it ends, however it ends, is right for the next one or is thrown away.</summary>
public sealed class CacheRestartTests : IDisposable
{
    readonly CacheHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task What_was_fetched_is_there_for_the_next_one_once_the_store_says_that_the_file_is_the_same()
    {
        await _harness.AddAsync("x");
        using (var cache = _harness.New())
            await _harness.TouchAsync(cache, "x", "a");
        _harness.Store.Forget();

        using var next = _harness.New();
        var figures = await _harness.TouchAsync(next, "x", "a");

        Assert.Equal((1L, 0L, next.UsedBytes), (figures.Requests, figures.BytesFetched, figures.BytesCached));
        Assert.Equal((0, 1), (_harness.Store.Reads.Count, _harness.Store.Heads));
        _harness.Check(next, "x", "a");
    }

    [Fact]
    public async Task A_file_that_was_written_anew_meanwhile_is_fetched_anew()
    {
        var sample = await _harness.AddAsync("x");
        using (var cache = _harness.New())
            await _harness.TouchAsync(cache, "x", "a", "b");
        _harness.Store.Head = static info => info with { ETag = "other" };
        var other = await _harness.AddAsync("x", seed: 2);
        Assert.Equal(sample.Content.Length, other.Content.Length);

        using var next = _harness.New();
        await _harness.TouchAsync(next, "x", "a");

        _harness.Check(next, "x", "a");
    }

    [Fact]
    public async Task A_file_that_was_being_read_or_written_when_the_process_died_is_thrown_away()
    {
        await _harness.AddAsync("x");
        await _harness.AddAsync("y");
        using var cache = _harness.New();
        await _harness.TouchAsync(cache, "x", "a");
        await _harness.TouchAsync(cache, "y", "a");
        await cache.Settled;
        var before = Copy(cache.FullPath);
        using var lease = await _harness.OpenAsync(cache, "y", "b");
        var during = Copy(cache.FullPath);

        using var afterBefore = _harness.New(folder: before);
        using var afterDuring = _harness.New(folder: during);

        Assert.True(File.Exists(_harness.LocalPath(afterBefore, "x")) && File.Exists(_harness.LocalPath(afterBefore, "y")));
        Assert.True(File.Exists(_harness.LocalPath(afterDuring, "x")));
        Assert.False(File.Exists(_harness.LocalPath(afterDuring, "y")));
        foreach (var next in new[] { afterBefore, afterDuring })
        {
            await _harness.TouchAsync(next, "y", "a");
            _harness.Check(next, "y", "a");
        }
    }

    [Fact]
    public async Task A_process_that_dies_at_any_request_leaves_nothing_wrong()
    {
        await _harness.AddAsync("x", rows: 12_000);
        var limits = CacheHarness.Strict with { RequestBytesMax = 30_000 };
        var copies = new List<string>();
        using (var cache = _harness.New(limits))
        {
            await _harness.TouchAsync(cache, "x", "a");
            await cache.Settled;
            _harness.Store.BeforeRead = (_, _, _) =>
            {
                lock (copies)
                    copies.Add(Copy(cache.FullPath));
                return Task.CompletedTask;
            };
            await _harness.TouchAsync(cache, "x", "b", "c");
            _harness.Store.BeforeRead = null;
        }

        Assert.True(copies.Count > 6);
        foreach (var copy in copies)
        {
            using var next = _harness.New(limits, copy);
            await _harness.TouchAsync(next, "x", "c");

            _harness.Check(next, "x", "c");
        }
    }

    [Fact]
    public async Task A_map_that_is_damaged_anywhere_costs_the_file_and_nothing_else()
    {
        await _harness.AddAsync("x");
        using (var cache = _harness.New())
            await _harness.TouchAsync(cache, "x", "a");
        var local = Path.GetFileName(Directory.GetFiles(Path.Combine(_harness.Folder, "0"), "*.parquet").Single());
        var map = File.ReadAllBytes(Path.Combine(_harness.Folder, "0", local + CacheMap.Suffix));
        Gen.Select(Gen.Int[0, map.Length - 1], Gen.Byte, Gen.Bool).Sample(
            (at, value, cut) =>
            {
                var copy = Copy(Path.Combine(_harness.Folder, "0"));
                var damaged = map.ToArray();
                damaged[at] = value;
                File.WriteAllBytes(Path.Combine(copy, "0", local + CacheMap.Suffix), cut ? damaged[..at] : damaged);

                using var next = _harness.New(folder: copy);

                var isSame = !cut && map[at] == value;
                Assert.Equal(isSame, File.Exists(Path.Combine(copy, "0", local)));
                Assert.Equal(isSame, next.UsedBytes > 0);
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public async Task What_does_not_belong_there_is_deleted()
    {
        await _harness.AddAsync("x");
        await _harness.AddAsync("y");
        using (var cache = _harness.New())
        {
            await _harness.TouchAsync(cache, "x", "a");
            await _harness.TouchAsync(cache, "y", "a");
        }

        var folder = Path.Combine(_harness.Folder, "0");
        var files = Directory.GetFiles(folder, "*.parquet");
        using (var shorter = File.OpenWrite(files[0]))
            shorter.SetLength(100);
        File.Move(files[1], Path.Combine(folder, "other.parquet"));
        File.WriteAllText(Path.Combine(folder, "something.tmp"), "");

        using var next = _harness.New();

        Assert.Equal(["lock"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.Equal(0, next.UsedBytes);
    }

    [Fact]
    public async Task A_lower_limit_than_before_is_kept()
    {
        await _harness.AddAsync("x");
        await _harness.AddAsync("y", seed: 2);
        long used;
        using (var cache = _harness.New())
        {
            await _harness.TouchAsync(cache, "x", "a");
            used = cache.UsedBytes;
            await _harness.TouchAsync(cache, "y", "a");
        }

        using var next = _harness.New(CacheHarness.Strict with { BytesMax = used });

        Assert.Equal(used, next.UsedBytes);
        Assert.Single(Directory.GetFiles(next.FullPath, "*.parquet"));
    }

    [Fact]
    public async Task Processes_do_not_share_a_folder()
    {
        await _harness.AddAsync("x");
        using var first = _harness.New();
        await _harness.TouchAsync(first, "x", "a");
        string second;
        using (var other = _harness.New())
        {
            second = other.FullPath;
            await _harness.TouchAsync(other, "x", "b");
            _harness.Check(other, "x", "b");
        }

        _harness.Check(first, "x", "a");
        Assert.NotEqual(first.FullPath, second);
        Assert.Equal(["lock"], Directory.GetFiles(second).Select(Path.GetFileName));
    }

    /// <summary>The files as they are now, in a folder of their own, as a process that dies leaves them.</summary>
    string Copy(string folder)
    {
        var copy = $"{_harness.Folder}-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.Combine(copy, "0"));
        foreach (var file in Directory.GetFiles(folder).Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(copy, "0", Path.GetFileName(file)));
        return copy;
    }
}
