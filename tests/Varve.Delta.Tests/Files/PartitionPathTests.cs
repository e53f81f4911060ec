using System.Text;
using System.Text.Json;
using CsCheck;
using Varve.Delta.Files;
using Varve.TestKit;

namespace Varve.Delta.Tests.Files;

public sealed class PartitionPathTests
{
    [Theory]
    [InlineData("a:colon", "part=a%3Acolon")]
    [InlineData("a%percent", "part=a%25percent")]
    [InlineData("a space", "part=a space")]
    [InlineData("\"#%'*/:=?\\{[]^", "part=%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E")]
    [InlineData("\u0001\t\u001F\u007F", "part=%01%09%1F%7F")]
    [InlineData("}~ü😀<>|", "part=}~ü😀<>|")]
    [InlineData("", "part=__HIVE_DEFAULT_PARTITION__")]
    [InlineData(null, "part=__HIVE_DEFAULT_PARTITION__")]
    public void A_folder_is_named_as_hive_names_it(string? value, string folder) => Assert.Equal(folder, PartitionPath.Folder(KeyValuePair.Create("part", value)));

    [Fact]
    public void Columns_are_folders_in_their_order() =>
        Assert.Equal("b=2/a%3D=1", PartitionPath.Folder(KeyValuePair.Create("b", (string?)"2"), KeyValuePair.Create("a=", (string?)"1")));

    [Fact]
    public void What_is_escaped_is_unescaped_to_the_same() =>
        Gen.Int[1, 0xD7FF].Select(value => new Rune(value)).Array[0, 40].Select(runes => string.Concat(runes))
            .Sample(text => Assert.Equal(text, PartitionPath.Unescape(PartitionPath.Escape(text))), iter: 20_000, threads: 1);

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41", "A")]
    public void What_is_no_escape_stays(string text, string plain) => Assert.Equal(plain, PartitionPath.Unescape(text));

    [Fact]
    [Trait("category", "conformance")]
    public void Folders_and_paths_are_those_of_other_writers()
    {
        var file = TestData.At("delta", "vectors", "spec.json");
        Assert.SkipWhen(file is null, TestData.Missing);
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var cases = document.RootElement.GetProperty("hivePathEncoding").GetProperty("cases").EnumerateArray().ToList();

        Assert.NotEmpty(cases);
        foreach (var vector in cases)
        {
            var folder = PartitionPath.Folder(KeyValuePair.Create(vector.GetProperty("column").GetString()!, vector.GetProperty("value").GetString()));
            Assert.Equal(vector.GetProperty("directory").GetString(), folder);
            Assert.Equal(vector.GetProperty("addPathPrefix").GetString(), TablePath.Encode(folder));
        }
    }
}
