namespace Varve.Datasets.Tests;

public sealed class TableLayoutTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("example.com")]
    [InlineData("Shop-1_eu.example.com")]
    [InlineData("a..b")]
    [InlineData("023e105f4ecef8ad9ca31a8372d0c353")]
    public void A_scope_may_be_named(string name) => Assert.True(TableLayout.IsScopeName(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a%2Fb")]
    [InlineData("a*")]
    [InlineData("a'b")]
    [InlineData("é")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a=b")]
    public void A_scope_may_not_be_named(string name) => Assert.False(TableLayout.IsScopeName(name));

    [Fact]
    public void A_name_of_a_scope_has_64_characters_at_most()
    {
        Assert.True(TableLayout.IsScopeName(new string('a', 64)));
        Assert.False(TableLayout.IsScopeName(new string('a', 65)));
    }

    [Theory]
    [InlineData("acme", "example.com", "accounts/acme/zones/example.com/http_requests")]
    [InlineData("acme", null, "accounts/acme/http_requests")]
    public void A_table_has_a_folder_of_its_own(string account, string? zone, string expected) =>
        Assert.Equal(expected, new TableName(account, zone, "http_requests").Path);
}
