using Varve.Storage;

namespace Varve.Delta.Tests;

public sealed class TablePathTests
{
    [Theory]
    [InlineData("a/b.parquet", "a/b.parquet")]
    [InlineData("p=a%20b/x", "p=a b/x")]
    [InlineData("p=a%253Ab/x", "p=a%3Ab/x")]
    [InlineData("p=%C3%BC/x", "p=ü/x")]
    [InlineData("p=a+b/x", "p=a+b/x")]
    [InlineData("p=100%/x", "p=100%/x")]
    public void A_path_is_decoded_exactly_once(string path, string key)
    {
        Assert.Equal(key, TablePath.Decode(path));
        Assert.Equal("t/" + key, TablePath.InStore("t", path));
    }

    [Theory]
    [InlineData("/abs/x.parquet")]
    [InlineData("s3://bucket/x.parquet")]
    [InlineData("file:///abs/x.parquet")]
    [InlineData("file:/abs/x.parquet")]
    [InlineData("s3%3A//bucket/x.parquet")]
    public void A_file_outside_of_the_table_is_refused(string path)
    {
        var fault = Assert.Throws<VarveException>(() => TablePath.InStore("t", path));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_colon_in_a_partition_value_is_no_address() =>
        Assert.Equal("t/p=12:30/x", TablePath.InStore("t", "p=12%3A30/x"));

    [Fact]
    public void Names_of_ours_are_written_as_they_are_and_others_are_a_defect()
    {
        Assert.Equal("date=2026-11-21/part_1-a.parquet", TablePath.Encode("date=2026-11-21/part_1-a.parquet"));
        Assert.Equal(FaultKind.Internal, Assert.Throws<VarveException>(() => TablePath.Encode("a b")).Kind);
    }
}
