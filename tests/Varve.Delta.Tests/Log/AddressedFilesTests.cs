using Varve.Delta.Actions;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

/// <summary>Files that are named by their address and lie below the table's root are the files that the path from there names.</summary>
public sealed class AddressedFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("file://{0}/t/a%20b")]
    [InlineData("file:{0}/t/a%20b")]
    [InlineData("{0}/t/a%20b")]
    public async Task They_are_removed_and_added_under_either_name(string template)
    {
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, template, _folder.FullPath);
        var store = new LocalObjectStore(_folder.FullPath);
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines + "\n" + Add("a%20b"), Token);
        await TestTable.WriteCommitAsync(store, 1, $$$"""{"remove":{"path":"{{{address}}}","deletionTimestamp":1,"dataChange":true}}""", Token);
        await TestTable.WriteCommitAsync(store, 2, Add(address), Token);
        var table = (await DeltaTable.OpenAsync(store, "t", options: null, logger: null, Token))!;

        var removed = await table.LoadAsync(1, Token);

        Assert.Empty(removed.Files);
        Assert.Equal(["a b"], removed.Tombstones.Keys.Select(key => key.Path));
        Assert.Equal(["a b"], table.Latest.Files.Keys);
        Assert.Empty(table.Latest.Tombstones);
        Assert.True(table.Latest.Files.Contains(new LogicalFile(TablePath.Decode(address), null)));
        Assert.True(table.Latest.Files.Contains(new LogicalFile("a b", null)));
    }

    [Fact]
    public async Task An_address_elsewhere_is_a_file_of_its_own()
    {
        var store = new LocalObjectStore(_folder.FullPath);
        await TestTable.WriteCommitAsync(store, 0, string.Join('\n', TestTable.FirstLines, Add("a"), Add("s3://elsewhere/t/a")), Token);

        var table = (await DeltaTable.OpenAsync(store, "t", options: null, logger: null, Token))!;

        Assert.Equal(["a", "s3://elsewhere/t/a"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    static string Add(string path) =>
        $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}""";
}
