using CsCheck;

namespace Varve.Datasets.Tests;

public sealed class SuggestionTests
{
    static readonly string[] Names = ["ClientIP", "ClientASN", "RayID", "EdgeResponseStatus", "a"];

    [Theory]
    [InlineData("ClientIP", "ClientIP")]
    [InlineData("clientip", "ClientIP")]
    [InlineData("ClientPI", "ClientIP")]
    [InlineData("CleintIP", "ClientIP")]
    [InlineData("Client_IP", "ClientIP")]
    [InlineData("ClientASM", "ClientASN")]
    [InlineData("RayIDs", "RayID")]
    [InlineData("EdgeStatus", null)]
    [InlineData("EdgeRespStatus", "EdgeResponseStatus")]
    [InlineData("b", "a")]
    [InlineData("bb", null)]
    [InlineData("", null)]
    [InlineData("nothing like any of them", null)]
    public void The_nearest_name_is_found_and_a_far_one_is_not(string wrong, string? expected) => Assert.Equal(expected, Suggestion.Nearest(wrong, Names));

    [Fact]
    public void Of_names_as_near_the_first_in_order_is_taken() => Assert.Equal("abd", Suggestion.Nearest("abc", ["abe", "abd", "abf"]));

    [Fact]
    public void Names_up_to_64_characters_are_looked_at_and_longer_ones_are_not()
    {
        string[] names = [new('a', 64)];

        Assert.Equal(names[0], Suggestion.Nearest(new string('a', 64), names));
        Assert.Null(Suggestion.Nearest(new string('a', 65), names));
    }

    [Fact]
    public void No_names_give_no_suggestion() => Assert.Null(Suggestion.Nearest("abc", []));

    [Fact]
    public void One_edit_of_a_name_of_three_letters_or_more_leads_back_to_it() =>
        Gen.Select(Gen.String[Gen.Char['a', 'e'], 3, 12], Gen.Int[0, 1_000], Gen.Int[0, 3]).Sample((name, place, edit) =>
        {
            var at = place % name.Length;
            var wrong = edit switch
            {
                0 => name.Remove(at, 1),
                1 => name.Insert(at, "z"),
                2 => name.Remove(at, 1).Insert(at, "z"),
                _ when at > 0 => name.Remove(at, 1).Insert(at - 1, name[at].ToString()),
                _ => name,
            };
            return Suggestion.Nearest(wrong, [name]) == name;
        });
}
