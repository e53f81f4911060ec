namespace Varve.Storage.Tests;

public abstract partial class ObjectStoreContract
{
    [Theory]
    [InlineData(0, 1, "0")]
    [InlineData(0, 10, "0123456789")]
    [InlineData(0, 11, "0123456789")]
    [InlineData(3, 4, "3456")]
    [InlineData(8, int.MaxValue, "89")]
    [InlineData(9, 1, "9")]
    [InlineData(10, 1, "")]
    [InlineData(long.MaxValue / 2, 5, "")]
    public async Task A_range_holds_what_there_is_of_it(long offset, int length, string expected)
    {
        await Store.PutAsync("a/digits", Bytes("0123456789"), Token);

        Assert.Equal(expected, Text(await Store.ReadRangeAsync("a/digits", offset, length, Token)));
    }

    [Theory]
    [InlineData(1, "9")]
    [InlineData(4, "6789")]
    [InlineData(10, "0123456789")]
    [InlineData(11, "0123456789")]
    [InlineData(int.MaxValue, "0123456789")]
    public async Task A_suffix_is_the_end_of_the_object(int length, string expected)
    {
        await Store.PutAsync("a/digits", Bytes("0123456789"), Token);

        Assert.Equal(expected, Text(await Store.ReadSuffixAsync("a/digits", length, Token)));
    }

    [Fact]
    public async Task Parts_of_an_empty_object_are_empty_and_parts_of_none_null()
    {
        await Store.PutAsync("folder/empty", ReadOnlyMemory<byte>.Empty, Token);

        Assert.Equal("", Text(await Store.ReadRangeAsync("folder/empty", 0, 5, Token)));
        Assert.Equal("", Text(await Store.ReadSuffixAsync("folder/empty", 5, Token)));
        foreach (var path in (string[])["nothing", "no/such/folder", "folder"])
        {
            Assert.Null(await Store.ReadRangeAsync(path, 0, 5, Token));
            Assert.Null(await Store.ReadSuffixAsync(path, 5, Token));
        }
    }

    [Fact]
    public async Task Ranges_put_together_are_the_object()
    {
        var content = new byte[100_003];
        new Random(3).NextBytes(content);
        await Store.PutAsync("object", content, Token);

        var parts = new List<byte>();
        while (await Store.ReadRangeAsync("object", parts.Count, 9_999, Token) is { Length: > 0 } part)
            parts.AddRange(part);

        Assert.Equal(content, parts);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    public async Task A_range_that_is_none_is_refused(long offset, int length)
    {
        await Store.PutAsync("a", Bytes("x"), Token);

        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => Store.ReadRangeAsync("a", offset, length, Token))).Kind);
        if (length < 1)
            Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => Store.ReadSuffixAsync("a", length, Token))).Kind);
    }

    [Fact]
    public async Task Many_objects_are_deleted_at_once_and_the_rest_stays()
    {
        string[] odd = ["d/tab\tand\nnewline", "d/<&>\"'", "d/per%20cent+plus", "d/grüße/😀"];
        foreach (var path in (string[])[.. odd, "d/1", "d/2", "d/stays", "stays"])
            await Store.PutAsync(path, Bytes("x"), Token);

        await Store.DeleteManyAsync([.. odd, "d/1", "d/2", "d/never-there"], Token);
        await Store.DeleteManyAsync([], Token);

        Assert.Equal(["d/stays", "stays"], await ListAsync(""));
    }

    [Fact]
    public async Task Of_many_deletes_a_bad_path_stops_all()
    {
        await Store.PutAsync("stays", Bytes("x"), Token);

        await Assert.ThrowsAsync<VarveException>(() => Store.DeleteManyAsync(["stays", "../bad"], Token));

        Assert.Equal(["stays"], await ListAsync(""));
    }
}
