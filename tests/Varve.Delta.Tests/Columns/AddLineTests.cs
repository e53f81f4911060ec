using System.Text;
using Varve.Delta.Columns;
using Varve.TestKit;

namespace Varve.Delta.Tests.Columns;

/// <summary>The short way to read an add action: what it takes is right, and what it does not take is read in full.</summary>
public sealed class AddLineTests
{
    [Theory]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"dataChange":false,"modificationTime":2,"size":1,"partitionValues":{},"path":"a"}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"stats":null,"tags":{"x":"y","z":null}}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"baseRowId":7,"defaultRowCommitVersion":0,"clusteringProvider":"c"}}""")]
    public void What_writers_write_is_read_the_short_way(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);

        Assert.True(AddLine.TryRead(bytes, out var add));
        Assert.Equal(("a", "{}", 1L), (Encoding.UTF8.GetString(add.Path), Encoding.UTF8.GetString(add.Partition), add.Size));
    }

    [Fact]
    public void The_partition_values_are_found_as_they_stand()
    {
        var line = """{"add":{"path":"p=1/a","partitionValues":{"p":"1","q":null},"size":1,"modificationTime":2,"dataChange":true,"stats":"{\"numRecords\":1,\"x\":\"\\u00e9\"}"}}"""u8;

        Assert.True(AddLine.TryRead(line, out var add));

        Assert.Equal("""{"p":"1","q":null}"""u8, add.Partition);
    }

    [Theory]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{ },"size":1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":01,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":+1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":9223372036854775808,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"stats":"\x"}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"stats":"\u00g0"}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":4,"sizeInBytes":5,"cardinality":6}}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true},"stats":"}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1.5,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{"p":1},"size":1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":null,"size":1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a\u0062","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":"yes"}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"stats":{}}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"someday":1}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true},"txn":{}}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true}}x""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true}""")]
    [InlineData("""{"add":{"path":"a","partitionValues":{},"size":1,"modificat""")]
    public void Anything_else_is_left_to_the_long_way(string line) => Assert.False(AddLine.TryRead(Encoding.UTF8.GetBytes(line), out _));

    [Theory]
    [InlineData("""{"add":{"path":"\u0062%20c","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"someday":{"x":[1]}}}""", "b c")]
    [InlineData("""  {"add": {"path":"d","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true}}""", "d")]
    public void What_is_unusual_is_taken_all_the_same(string line, string key)
    {
        var builder = Snapshot.Builder("t");

        builder.Apply(0, Encoding.UTF8.GetBytes(TestTable.FirstLines + "\n" + line), "x");

        Assert.Equal([key], builder.Build().Files.Keys);
    }

    [Fact]
    public void Fields_that_are_not_known_are_kept()
    {
        var builder = Snapshot.Builder("t");
        builder.Apply(0, Encoding.UTF8.GetBytes(TestTable.FirstLines
            + "\n" + """{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":2,"dataChange":true,"someday":{"x":[1]}}}"""), "x");

        var add = builder.Build().Files["a"];

        Assert.Equal("""{"x":[1]}""", add.Unknown!["someday"].GetRawText());
    }
}
