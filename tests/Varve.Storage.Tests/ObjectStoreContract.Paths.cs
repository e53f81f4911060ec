namespace Varve.Storage.Tests;

public abstract partial class ObjectStoreContract
{
    [Theory]
    [InlineData("with space")]
    [InlineData("per%20cent")]
    [InlineData("date=2026-11-21/part 0.parquet")]
    [InlineData("plus+and&what?#[x]{y}'\"`^~|<>*;,:@!$()")]
    [InlineData("grüße/日本/😀")]
    [InlineData("...")]
    [InlineData("..a/b..")]
    [InlineData(".hidden")]
    [InlineData(".notes.tmp")]
    [InlineData("trailing.")]
    [InlineData("tab\tand\nnewline")]
    public async Task Odd_but_legal_names_are_kept_as_they_are(string path)
    {
        var outcome = await Store.PutIfAbsentAsync(path, Bytes(path), Token);

        Assert.Equal(PutOutcome.Created, outcome);
        Assert.Equal(path, Text(await Store.ReadAsync(path, Token)));
        Assert.Equal([path], await ListAsync(""));
        await Store.DeleteAsync(path, Token);
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task A_name_may_be_as_long_as_file_systems_allow()
    {
        var path = "folder/" + new string('n', 255);

        await Store.PutAsync(path, Bytes("first"), Token);

        Assert.Equal(PutOutcome.Exists, await Store.PutIfAbsentAsync(path, Bytes("second"), Token));
        Assert.Equal("first", Text(await Store.ReadAsync(path, Token)));
        Assert.Equal([path], await ListAsync("folder/"));
    }

    [Fact]
    public async Task A_path_of_the_greatest_length_is_taken_and_one_byte_more_refused()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('d', 127), 8));
        longest += "x";
        Assert.Equal(StorePath.BytesMax, longest.Length);

        await Store.PutAsync(longest, Bytes("x"), Token);

        Assert.Equal([longest], await ListAsync(""));
        await RefusesAsync(longest + "x", "longer than 1024 bytes");
        await RefusesAsync(new string('ü', 513), "longer than 1024 bytes");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("/a", "empty part")]
    [InlineData("a/", "empty part")]
    [InlineData("a//b", "empty part")]
    [InlineData("..", "'..'")]
    [InlineData("../a", "'..'")]
    [InlineData("a/../b", "'..'")]
    [InlineData("a/..", "'..'")]
    [InlineData("./a", "'.'")]
    [InlineData("a/./b", "'.'")]
    [InlineData("a\\b", "backslash")]
    [InlineData("..\\a", "backslash")]
    [InlineData("a\0b", "NUL")]
    public Task Bad_paths_are_refused_with_the_reason(string path, string reason) => RefusesAsync(path, reason);

    [Fact]
    public Task Half_a_character_is_refused() => RefusesAsync("a\ud800b", "no valid Unicode");

    [Theory]
    [InlineData("../")]
    [InlineData("a/../")]
    [InlineData("/")]
    [InlineData("a//")]
    public async Task Bad_prefixes_are_refused(string prefix)
    {
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => ListAsync(prefix))).Kind);
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => Store.ListFoldersAsync(prefix, Token))).Kind);
    }

    async Task RefusesAsync(string path, string reason)
    {
        Func<Task>[] operations =
        [
            () => Store.ReadAsync(path, Token),
            () => Store.ReadRangeAsync(path, 0, 1, Token),
            () => Store.ReadSuffixAsync(path, 1, Token),
            () => Store.HeadAsync(path, Token),
            () => Store.PutAsync(path, Bytes("x"), Token),
            () => Store.PutIfAbsentAsync(path, Bytes("x"), Token),
            () => Store.DeleteAsync(path, Token),
            () => Store.DeleteManyAsync([path], Token),
        ];
        foreach (var operation in operations)
        {
            var fault = await Assert.ThrowsAsync<VarveException>(operation);
            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        }
    }
}
