using System.Text;
using Varve.Delta.Log;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class CompactionTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_compaction_is_read_in_place_of_its_commits()
    {
        await WriteCommitsAsync(6);
        await WriteCompactionAsync(1, 4, Add("compacted"), Remove("f0"));

        Assert.Equal(["compacted", "f5", "f6"], await FilesAsync());
    }

    [Fact]
    public async Task The_time_is_that_of_the_last_commit()
    {
        await WriteCommitsAsync(4);
        await WriteCompactionAsync(1, 4, Add("compacted"));

        Assert.Equal(4, (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!.CommitTimestampMs);
    }

    [Fact]
    public async Task Of_two_compactions_from_one_version_the_longer_is_read()
    {
        await WriteCommitsAsync(6);
        await WriteCompactionAsync(1, 3, Add("short"), Remove("f0"));
        await WriteCompactionAsync(1, 5, Add("long"), Remove("f0"));

        Assert.Equal(["f6", "long"], await FilesAsync());
    }

    [Fact]
    public async Task A_compaction_that_goes_beyond_the_asked_version_is_not_read()
    {
        await WriteCommitsAsync(6);
        await WriteCompactionAsync(1, 5, Add("compacted"));

        Assert.Equal(["f0", "f1", "f2", "f3", "f4"], await FilesAsync(4));
    }

    [Theory]
    [InlineData("add", "remove")]
    [InlineData("add", "add")]
    [InlineData("txn", "txn")]
    [InlineData("protocol", "protocol")]
    [InlineData("domain", "domain")]
    [InlineData("garbage", "add")]
    public async Task A_compaction_that_holds_a_key_twice_or_is_damaged_is_not_read(string one, string other)
    {
        await WriteCommitsAsync(5);
        await WriteCompactionAsync(1, 4, Line(one), Line(other));

        Assert.Equal(["f0", "f1", "f2", "f3", "f4", "f5"], await FilesAsync());
    }

    [Fact]
    public async Task A_compaction_over_a_gap_hides_nothing()
    {
        await WriteCommitsAsync(5);
        await WriteCompactionAsync(1, 4, Add("compacted"));
        await _store.DeleteAsync(TestTable.CommitPath(2), Token);

        await Assert.ThrowsAsync<Storage.VarveException>(() => FilesAsync());
    }

    static string Line(string kind) => kind switch
    {
        "add" => Add("x"),
        "remove" => Remove("x"),
        "txn" => """{"txn":{"appId":"a","version":1}}""",
        "protocol" => """{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""",
        "domain" => """{"domainMetadata":{"domain":"d","configuration":"","removed":true}}""",
        _ => "garbage",
    };

    async Task WriteCommitsAsync(int last)
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines + "\n" + Add("f0"), Token);
        for (var version = 1; version <= last; version++)
            await TestTable.WriteCommitAsync(_store, version, $$$"""{"commitInfo":{"timestamp":{{{version}}}}}""" + "\n" + Add($"f{version}"), Token);
    }

    Task WriteCompactionAsync(long first, long last, params string[] lines) =>
        _store.PutAsync($"t/_delta_log/{first:D20}.{last:D20}.compacted.json", Encoding.UTF8.GetBytes(string.Join('\n', lines)), Token);

    async Task<IEnumerable<string>> FilesAsync(long? version = null) =>
        (await new SnapshotLoader(_store, "t").LoadAsync(version, Token))!.Files.Keys.Order(StringComparer.Ordinal);

    static string Add(string path) => $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""";

    static string Remove(string path) => $$$"""{"remove":{"path":"{{{path}}}","deletionTimestamp":5,"dataChange":true}}""";
}
