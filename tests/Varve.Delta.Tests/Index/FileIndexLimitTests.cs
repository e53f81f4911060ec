using Varve.Delta.Index;
using Varve.Storage;

namespace Varve.Delta.Tests.Index;

public sealed class FileIndexLimitTests
{
    static FileIndexLimits Defaults { get; } = new();

    static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(number => $"v{number}");

    [Fact]
    public async Task A_index_file_has_as_many_columns_as_it_may_and_not_one_more()
    {
        using var builder = new FileIndexBuilder();
        for (var column = 0; column < Defaults.ColumnsMax; column++)
            builder.AddColumn($"c{column}");

        Assert.Equal(FaultKind.LimitExceeded, Assert.Throws<VarveException>(() => builder.AddColumn("one more")).Kind);
        var content = builder.Build(IndexFiles.DataFile, 1000);
        Assert.False((await AskAsync(Defaults)).MayMatch);
        Assert.True((await AskAsync(Defaults with { ColumnsMax = Defaults.ColumnsMax - 1 })).IsUnusable);

        async Task<FileIndexAnswer> AskAsync(FileIndexLimits limits)
        {
            var files = new IndexFiles(limits);
            await files.PutAsync(content);
            return await files.AskAsync("c31", "x");
        }
    }

    [Fact]
    public void A_column_is_indexed_once()
    {
        using var builder = new FileIndexBuilder();
        builder.AddColumn("a");

        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => builder.AddColumn("a")).Kind);
    }

    [Fact]
    public async Task A_header_may_have_so_many_bytes_and_not_one_more()
    {
        var length = FileIndexHeader.LengthOf(IndexFiles.DataFile, ["a"]);
        var content = IndexFiles.Build(Defaults with { HeaderBytesMax = length }, IndexFiles.DataFile, 1000, ("a", ["1"]));
        var (enough, less) = (new IndexFiles(Defaults with { HeaderBytesMax = length }), new IndexFiles(Defaults with { HeaderBytesMax = length - 1 }));
        await enough.PutAsync(content);
        await less.PutAsync(content);

        Assert.False((await enough.AskAsync("a", "x")).IsUnusable);
        Assert.True((await less.AskAsync("a", "x")).IsUnusable);
        var fault = Assert.Throws<VarveException>(() => IndexFiles.Build(Defaults with { HeaderBytesMax = length - 1 }, IndexFiles.DataFile, 1000, ("a", ["1"])));
        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
    }

    [Fact]
    public async Task A_header_that_is_longer_than_the_first_read_is_read_again()
    {
        var files = new IndexFiles();
        var name = new string('n', 5_000);
        await files.PutAsync(IndexFiles.Build(null, IndexFiles.DataFile, 64 << 20, (name, ["1"]), ("a", Numbered(200_000))));

        var answer = await files.AskAsync([ValueProbe.ForTexts(name, ["2"])], bytes: 64 << 20);

        Assert.Equal((false, 3), (answer.MayMatch, answer.Requests));
    }

    [Theory]
    [InlineData(100 * BloomFilter.BlockBytes, 100)]
    [InlineData((100 * BloomFilter.BlockBytes) - 1, 99)]
    public async Task A_filter_stays_below_its_limit_and_holds_all_values_all_the_same(int bytesMax, int blocks)
    {
        var limits = Defaults with { FilterBytesMax = bytesMax };
        var content = IndexFiles.Build(limits, IndexFiles.DataFile, 1000, ("a", Numbered(10_000)));
        var header = FileIndexHeader.Read(content.AsSpan(0, FileIndexHeader.HeaderLength(content, limits)!.Value), IndexFiles.DataFile, 1000, limits)!;
        var files = new IndexFiles(limits);
        await files.PutAsync(content);

        Assert.Equal(blocks, header.Filters[0].Blocks);
        foreach (var value in Numbered(10_000))
            Assert.True((await files.AskAsync("a", value)).MayMatch);
    }

    [Fact]
    public async Task A_filter_that_is_larger_than_the_limit_is_not_used()
    {
        var content = IndexFiles.Build(("a", ["1"]));
        var (enough, less) = (new IndexFiles(Defaults with { FilterBytesMax = 32 }), new IndexFiles(Defaults with { FilterBytesMax = 31 }));
        await enough.PutAsync(content);
        await less.PutAsync(content);

        Assert.False((await enough.AskAsync("a", "x")).MayMatch);
        Assert.True((await less.AskAsync("a", "x")).IsUnusable);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 2)]
    public async Task A_index_file_up_to_the_limit_is_read_in_one_request(int more, int requests)
    {
        var content = IndexFiles.Build(("a", Numbered(30_000)));
        var files = new IndexFiles(Defaults with { WholeBytesMax = content.Length + more });
        await files.PutAsync(content);

        Assert.Equal(requests, (await files.AskAsync("a", "x")).Requests);
    }

    [Fact]
    public void A_cache_keeps_what_was_used_last_up_to_its_bytes()
    {
        var cache = new ByteCache<string, int>(10);
        cache.Set("a", 1, 5);
        cache.Set("b", 2, 5);
        Assert.True(cache.TryGet("a", out _));

        cache.Set("c", 3, 1);
        cache.Set("too large", 4, 11);

        Assert.Equal(6, cache.Bytes);
        Assert.True(cache.TryGet("a", out var first) && first == 1);
        Assert.False(cache.TryGet("b", out _));
        Assert.True(cache.TryGet("c", out _));
        Assert.False(cache.TryGet("too large", out _));
        cache.Set("a", 5, 10);
        Assert.Equal((true, 5, 10L), (cache.TryGet("a", out var changed), changed, cache.Bytes));
        Assert.False(cache.TryGet("c", out _));
    }

    [Fact]
    public async Task Without_room_in_memory_every_question_reads_anew()
    {
        var files = new IndexFiles(Defaults with { CacheBytesMax = 100 });
        await files.PutAsync(IndexFiles.Build(("a", ["1"])));

        Assert.Equal(1, (await files.AskAsync("a", "x")).Requests);
        Assert.Equal((false, 1, 0L), ((await files.AskAsync("a", "x")).MayMatch, (await files.AskAsync("a", "x")).Requests, files.Reader.KeptBytes));
    }
}
