using Varve.TestKit;

namespace Varve.Storage.Tests;

public sealed class ObjectStoresTests
{
    [Theory]
    [InlineData("", "not an address")]
    [InlineData("logs", "not an address")]
    [InlineData("./logs", "not an address")]
    [InlineData("://x", "not an address")]
    [InlineData("file://server/share", "three slashes")]
    [InlineData("file:logs", "file:///")]
    [InlineData("file:///tmp/logs?x=1", "%3F")]
    [InlineData("file:///tmp/logs#x", "%23")]
    [InlineData("s3:bucket", "two slashes")]
    [InlineData("http://localhost/x", "scheme 'http'")]
    [InlineData("ftp://x/y", "scheme 'ftp'")]
    public void A_bad_address_is_invalid_and_the_message_says_why_and_what_works(string url, string reason)
    {
        var fault = Assert.Throws<VarveException>(() => ObjectStores.Open(url));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains($"'{url}'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains("Use file:///", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_made_when_it_is_not_there()
    {
        using var folder = new TemporaryFolder();

        ObjectStores.Open(new Uri(folder.At("new", "store")).AbsoluteUri);

        Assert.True(Directory.Exists(folder.At("new", "store")));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("per%20cent")]
    [InlineData("grüße")]
    [InlineData("odd?#name")]
    public async Task The_root_of_a_store_opens_the_same_store(string name)
    {
        using var folder = new TemporaryFolder();
        var store = new LocalObjectStore(folder.At(name));
        await store.PutAsync("a", new byte[] { 1 }, TestContext.Current.CancellationToken);

        var same = ObjectStores.Open(store.Root);

        Assert.StartsWith("file:///", store.Root, StringComparison.Ordinal);
        Assert.Equal([1], await same.ReadAsync("a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_invalid()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("file"), "x", TestContext.Current.CancellationToken);

        var fault = Assert.Throws<VarveException>(() => ObjectStores.Open("file://" + folder.At("file", "below")));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("cannot be made", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", "a", "b")]
    [InlineData("a/b", "a/", "/b")]
    [InlineData("b", "", "b")]
    [InlineData("a/b/c", "a/b", "c")]
    [InlineData("", "")]
    public void Parts_are_joined_with_one_slash(string expected, params string[] parts) => Assert.Equal(expected, StorePath.Join(parts));
}
