using System.Text;
using CsCheck;
using Varve.Storage;
using Varve.TestKit;

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

    [Theory]
    [InlineData("date=2026-11-21/part_1-a.parquet", "date=2026-11-21/part_1-a.parquet")]
    [InlineData("part=a space", "part=a%20space")]
    [InlineData("part=a%3Acolon", "part=a%253Acolon")]
    [InlineData("part=ü", "part=%C3%BC")]
    [InlineData("a+b~c!d$e&f'g(h)i*j,k;l:m@n", "a+b~c!d$e&f'g(h)i*j,k;l:m@n")]
    [InlineData("\"#<>?[\\]^`{|}\u0001\u007F", "%22%23%3C%3E%3F%5B%5C%5D%5E%60%7B%7C%7D%01%7F")]
    public void A_key_is_written_as_a_uri(string key, string path)
    {
        Assert.Equal(path, TablePath.Encode(key));
        Assert.Equal(key, TablePath.Decode(path));
    }

    [Fact]
    public void What_is_encoded_is_decoded_to_the_same() =>
        AnyText.Sample(text => Assert.Equal(text, TablePath.Decode(TablePath.Encode(text))), iter: 20_000, threads: 1);

    [Theory]
    [InlineData("a b/x", "a%20b/x")]
    [InlineData("a b/x", "a b/x")]
    [InlineData("a b/x", "/data/t%20t/a%20b/x")]
    [InlineData("a b/x", "file:/data/t%20t/a%20b/x")]
    [InlineData("a b/x", "file:///data/t%20t/a%20b/x")]
    [InlineData("a b/x", "file:///data/t t/a b/x")]
    [InlineData("/data/other/x", "/data/other/x")]
    [InlineData("/data/other/x", "file:/data/other/x")]
    [InlineData("/data/other/x", "FILE:///data/other/x")]
    [InlineData("/data/t tt/x", "/data/t%20tt/x")]
    [InlineData("/data/t t/../x", "/data/t%20t/../x")]
    [InlineData("s3://bucket/x", "s3a://bucket/x")]
    public void All_ways_to_write_the_path_of_a_file_are_one_key(string key, string path) => Assert.Equal(key, TablePath.Key("/data/t t", path));

    [Theory]
    [InlineData("x", "s3://bucket/t/x")]
    [InlineData("x", "s3a://bucket/t/x")]
    [InlineData("x", "S3N://bucket/t/x")]
    [InlineData("s3://bucket2/t/x", "s3://bucket2/t/x")]
    [InlineData("gs://bucket/t/x", "gs://bucket/t/x")]
    public void A_file_below_the_address_of_a_bucket_is_in_the_table(string key, string path) => Assert.Equal(key, TablePath.Key("s3://bucket/t", path));

    [Fact]
    public void A_file_that_is_named_by_its_address_is_found_in_the_store()
    {
        using var folder = new TemporaryFolder();
        var address = TablePath.AddressOf(new LocalObjectStore(folder.FullPath), "t");

        Assert.Equal("t/a b", TablePath.InStore("t", address, $"file://{folder.FullPath}/t/a%20b"));
        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => TablePath.InStore("t", address, $"file://{folder.FullPath}/u/a")).Kind);
        Assert.Equal("memory:/t", TablePath.AddressOf(new MemoryObjectStore(), "t"));
    }

    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Int[0, 0x7F].Select(value => new Rune(value)), Gen.Const(new Rune('%')), Gen.Int[0xE000, 0x10FFFF].Select(value => new Rune(value)),
        Gen.Int[0x80, 0xD7FF].Select(value => new Rune(value))).Array[0, 40].Select(runes => string.Concat(runes));
}
