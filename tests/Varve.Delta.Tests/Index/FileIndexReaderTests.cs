using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Index;

namespace Varve.Delta.Tests.Index;

public sealed class FileIndexReaderTests
{
    const long LargeFile = 64 << 20;

    readonly IndexFiles _files = new();

    static IEnumerable<string> Numbered(int count, string prefix = "v") => Enumerable.Range(0, count).Select(number => $"{prefix}{number}");

    [Fact]
    public async Task A_value_that_the_file_has_may_match_and_most_others_do_not()
    {
        await _files.PutAsync(IndexFiles.Build(("a", Numbered(300)), ("b", ["x", null, "x", ""]), ("none", [null, null])));

        foreach (var value in Numbered(300))
            Assert.True((await _files.AskAsync("a", value)).MayMatch);
        Assert.True((await _files.AskAsync("b", "")).MayMatch);
        Assert.True((await _files.AskAsync("b", "no", "x")).MayMatch);
        Assert.False((await _files.AskAsync("b", "no", "nor")).MayMatch);
        Assert.False((await _files.AskAsync("none", "x")).MayMatch);
        var taken = 0;
        foreach (var value in Numbered(1_000, "other"))
            taken += (await _files.AskAsync("a", value)).MayMatch ? 1 : 0;
        Assert.InRange(taken, 0, 20);
    }

    [Fact]
    public async Task All_probes_have_to_be_met_and_a_column_without_index_meets_any()
    {
        await _files.PutAsync(IndexFiles.Build(("a", ["1"]), ("b", ["2"])));

        var both = await _files.AskAsync([ValueProbe.ForTexts("a", ["1"]), ValueProbe.ForTexts("b", ["2"])]);
        var one = await _files.AskAsync([ValueProbe.ForTexts("a", ["1"]), ValueProbe.ForTexts("b", ["3"])]);
        var unknown = await _files.AskAsync("c", "1");

        Assert.Equal((true, true), (both.MayMatch, both.HasColumn));
        Assert.Equal((false, true), (one.MayMatch, one.HasColumn));
        Assert.Equal((true, false), (unknown.MayMatch, unknown.HasColumn));
    }

    [Fact]
    public async Task Codes_stand_for_their_texts()
    {
        var codes = new DictionaryArray(
            new DictionaryType(Int32Type.Default, StringType.Default, ordered: false), new Int32Array.Builder().AppendRange([0, 1, 0]).Build(), IndexFiles.Texts(["one", "two"]));
        using var builder = new FileIndexBuilder();
        builder.AddColumn("a");

        builder.Add("a", codes);

        await _files.PutAsync(builder.Build(IndexFiles.DataFile, 1000));
        Assert.True((await _files.AskAsync("a", "two")).MayMatch);
        Assert.False((await _files.AskAsync("a", "three")).MayMatch);
    }

    [Fact]
    public async Task A_small_index_file_takes_one_request_and_then_none()
    {
        var content = IndexFiles.Build(("a", Numbered(1_000)), ("b", Numbered(1_000)));
        await _files.PutAsync(content);

        var first = await _files.AskAsync("a", "no");
        var second = await _files.AskAsync("b", "no", "nor", "v1");

        Assert.Equal((1, (long)content.Length), (first.Requests, first.Bytes));
        Assert.Equal((0, 0L, true), (second.Requests, second.Bytes, second.MayMatch));
    }

    [Fact]
    public async Task Of_a_large_index_file_only_the_header_and_the_page_of_the_value_are_read()
    {
        await _files.PutAsync(IndexFiles.Build(null, IndexFiles.DataFile, LargeFile, ("a", Numbered(200_000)), ("small", ["x"])));

        var first = await AskAsync("a", "v17");
        var again = await AskAsync("a", "v17");
        var small = await AskAsync("small", "y");
        var many = await AskAsync("a", [.. Numbered(50, "other")]);
        var manyAgain = await AskAsync("a", [.. Numbered(50, "another")]);

        Assert.Equal((true, 2), (first.MayMatch, first.Requests));
        Assert.InRange(first.Bytes, 4_000, 9_000);
        Assert.Equal((true, 0), (again.MayMatch, again.Requests));
        Assert.Equal((false, 1, 40L), (small.MayMatch, small.Requests, small.Bytes));
        // Values that are spread over the filter are looked for in all of it.
        Assert.Equal((1, 0), (many.Requests, manyAgain.Requests));
        Assert.InRange(many.Bytes, 250_000, 260_000);

        Task<FileIndexAnswer> AskAsync(string column, params string[] values) =>
            _files.AskAsync([ValueProbe.ForTexts(column, values)], bytes: LargeFile);
    }

    [Fact]
    public async Task Every_value_of_a_large_index_file_is_found_by_its_page()
    {
        await _files.PutAsync(IndexFiles.Build(null, IndexFiles.DataFile, LargeFile, ("a", Numbered(20_000)), ("b", Numbered(20_000, "w"))));

        foreach (var number in Enumerable.Range(0, 2_000))
        {
            Assert.True((await _files.AskAsync([ValueProbe.ForTexts("a", [$"v{number * 10}"])], bytes: LargeFile)).MayMatch);
            Assert.True((await _files.AskAsync([ValueProbe.ForTexts("b", [$"w{number * 10}"])], bytes: LargeFile)).MayMatch);
        }
    }

    [Fact]
    public async Task A_missing_index_file_is_not_looked_for_again_until_some_time_has_passed()
    {
        var first = await _files.AskAsync("a", "x");
        await _files.PutAsync(IndexFiles.Build(("a", ["1"])));
        _files.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        var second = await _files.AskAsync("a", "x");
        _files.Clock.Advance(TimeSpan.FromTicks(1));
        var third = await _files.AskAsync("a", "x");

        Assert.Equal((true, false, false, 1), (first.MayMatch, first.HasColumn, first.IsUnusable, first.Requests));
        Assert.Equal((true, 0), (second.MayMatch, second.Requests));
        Assert.Equal((false, 1), (third.MayMatch, third.Requests));
    }

    [Fact]
    public async Task When_the_store_does_not_answer_the_file_may_match_and_the_next_question_asks_again()
    {
        await _files.PutAsync(IndexFiles.Build(("a", ["1"])));
        _files.IsDown = true;

        var down = await _files.AskAsync("a", "x");
        _files.IsDown = false;
        var up = await _files.AskAsync("a", "x");

        Assert.Equal((true, true), (down.MayMatch, down.IsUnusable));
        Assert.Equal((false, false), (up.MayMatch, up.IsUnusable));
    }

    [Fact]
    public async Task No_damaged_byte_hides_a_value_and_each_is_noticed()
    {
        var content = IndexFiles.Build(("a", ["1", "2"]), ("b", Numbered(30)));
        for (var at = 0; at < content.Length; at++)
        {
            var answer = await AskDamagedAsync(content, at, dataFileBytes: 1000);

            Assert.Equal((true, true), (answer.MayMatch, answer.IsUnusable));
        }
    }

    [Fact]
    public async Task No_damaged_byte_of_a_large_index_file_hides_a_value()
    {
        var content = IndexFiles.Build(null, IndexFiles.DataFile, LargeFile, ("a", ["1", "2"]), ("b", Numbered(20_000)));
        var noticed = 0;
        for (var at = 0; at < content.Length; at += at < 300 ? 1 : 97)
        {
            var answer = await AskDamagedAsync(content, at, LargeFile);

            Assert.True(answer.MayMatch, $"byte {at}");
            noticed += answer.IsUnusable ? 1 : 0;
        }

        // The header, the filter of a, and the page of b that was read.
        Assert.InRange(noticed, 150, 350);
    }

    static async Task<FileIndexAnswer> AskDamagedAsync(byte[] content, int at, long dataFileBytes)
    {
        var files = new IndexFiles();
        var damaged = content.ToArray();
        damaged[at] ^= (byte)(1 << (at % 8));
        await files.PutAsync(damaged);
        return await files.AskAsync([ValueProbe.ForTexts("a", [$"{(at % 2) + 1}"]), ValueProbe.ForTexts("b", ["v7"])], bytes: dataFileBytes);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(LargeFile)]
    public async Task A_index_file_that_is_cut_hides_nothing(long dataFileBytes)
    {
        var content = IndexFiles.Build(null, IndexFiles.DataFile, dataFileBytes, ("a", ["1"]), ("b", Numbered(300)));
        for (var length = 0; length < content.Length; length++)
        {
            var files = new IndexFiles();
            await files.PutAsync(content[..length]);

            var answer = await files.AskAsync([ValueProbe.ForTexts("a", ["1"]), ValueProbe.ForTexts("b", ["v7"])], bytes: dataFileBytes);

            Assert.Equal((true, true), (answer.MayMatch, answer.IsUnusable));
        }
    }

    [Fact]
    public async Task What_is_damaged_is_not_read_again_and_still_counts()
    {
        await _files.PutAsync([1, 2, 3]);

        var first = await _files.AskAsync("a", "x");
        var second = await _files.AskAsync("a", "x");

        Assert.Equal((true, 1), (first.IsUnusable, first.Requests));
        Assert.Equal((true, 0), (second.IsUnusable, second.Requests));
    }

    [Fact]
    public async Task The_index_file_of_another_file_is_not_used()
    {
        await _files.PutAsync(IndexFiles.Build(null, "date=2026-04-01/part-2.parquet", 1000, ("a", ["1"])));
        await _files.PutAsync(IndexFiles.Build(null, "other.parquet", 999, ("a", ["1"])), "other.parquet");

        var otherName = await _files.AskAsync("a", "x");
        var otherSize = await _files.AskAsync([ValueProbe.ForTexts("a", ["x"])], "other.parquet", 1000);

        Assert.Equal((true, true), (otherName.MayMatch, otherName.IsUnusable));
        Assert.Equal((true, true), (otherSize.MayMatch, otherSize.IsUnusable));
    }

    [Theory]
    [InlineData("s3://bucket/file.parquet")]
    [InlineData("file:/srv/file.parquet")]
    [InlineData("/srv/file.parquet")]
    [InlineData("../file.parquet")]
    public async Task A_data_file_outside_of_the_table_has_no_index_file(string dataFile)
    {
        var answer = await _files.AskAsync([ValueProbe.ForTexts("a", ["x"])], dataFile);

        Assert.Equal((true, false, 0), (answer.MayMatch, answer.IsUnusable, answer.Requests));
    }

    [Fact]
    public void The_path_of_a_index_file_leads_back_to_its_data_file()
    {
        var path = FileIndexPath.Of("date=2026-04-01/a b.parquet")!;

        Assert.Equal("_varve_index/date=2026-04-01/a b.parquet.bloom", path);
        Assert.True(FileIndexPath.TryGetDataFile(path, out var dataFile));
        Assert.Equal("date=2026-04-01/a b.parquet", dataFile);
        foreach (var other in new[] { "date=2026-04-01/a.bloom", "_varve_index/a.parquet", "_varve_index/.bloom", "_varve_indexes/a.bloom" })
            Assert.False(FileIndexPath.IsIndex(other), other);
    }
}
