using Varve.Query.Execution;

namespace Varve.Query.Tests.Execution;

public sealed class AnswerCacheTests
{
    static readonly ResultColumn[] Columns = [new("n", ColumnType.Int, null)];

    [Fact]
    public void An_answer_is_found_by_its_text_alone()
    {
        var cache = new AnswerCache(new QueryLimits());
        var answer = Answer(1);

        cache.Keep("SELECT 1", answer);

        Assert.Same(answer, cache.Find("SELECT 1"));
        Assert.Null(cache.Find("SELECT 1 "));
    }

    [Theory]
    [InlineData("SELECT random()")]
    [InlineData("SELECT RANDOM() AS x")]
    [InlineData("SELECT gen_random_uuid()")]
    public void What_differs_each_time_is_not_kept(string sql)
    {
        var cache = new AnswerCache(new QueryLimits());

        cache.Keep(sql, Answer(1));

        Assert.Null(cache.Find(sql));
        Assert.Equal(0, cache.Bytes);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void An_answer_over_its_limit_is_not_kept(int more, bool isKept)
    {
        var size = AnswerCache.SizeOf(Answer(100).Blocks[0]) + 32;
        var cache = new AnswerCache(new QueryLimits { CachedAnswerBytesMax = size - more });

        cache.Keep("a", Answer(100));

        Assert.Equal(isKept, cache.Find("a") is not null);
    }

    [Fact]
    public void The_least_recently_used_go_when_there_are_too_many()
    {
        var size = AnswerCache.SizeOf(Answer(10).Blocks[0]) + 32;
        var cache = new AnswerCache(new QueryLimits { CachedAnswersBytesMax = 3 * size });
        foreach (var sql in new[] { "a", "b", "c" })
            cache.Keep(sql, Answer(10));
        cache.Find("a");

        cache.Keep("d", Answer(10));

        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(sql => cache.Find(sql) is not null));
        Assert.Equal(3 * size, cache.Bytes);
    }

    [Fact]
    public void Texts_lists_and_maps_count_by_what_is_in_them()
    {
        var small = AnswerCache.SizeOf(new RowBlock(1, [["a"]]));

        Assert.True(AnswerCache.SizeOf(new RowBlock(1, [[new string('a', 1_000)]])) >= small + 1_998);
        Assert.True(AnswerCache.SizeOf(new RowBlock(1, [[new object?[] { new string('a', 1_000), null }]])) >= small + 1_998);
        Assert.True(AnswerCache.SizeOf(new RowBlock(1, [[new Dictionary<string, string?> { ["k"] = new string('a', 1_000) }]])) >= small + 1_998);
    }

    static CachedAnswer Answer(int rows) => new(Columns, [new RowBlock(rows, [Enumerable.Range(0, rows).Select(row => (object?)(long)row).ToArray()])], IsTruncated: false);
}
