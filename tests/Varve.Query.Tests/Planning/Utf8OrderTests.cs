using System.Text;
using CsCheck;
using Varve.Query.Planning;

namespace Varve.Query.Tests.Planning;

public sealed class Utf8OrderTests
{
    static readonly Gen<string> Texts = Gen.OneOf("", "a", "b", "\0", "é", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF", "😀", "\U00010000", "\U0010FFFF")
        .Array[0, 4].Select(string.Concat);

    [Fact]
    public void It_is_the_order_of_the_bytes() => Gen.Select(Texts, Texts).Sample((a, b) =>
        Math.Sign(Utf8Order.Compare(a, b)) == Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))), iter: 20_000);

    [Fact]
    public void It_differs_from_the_order_of_UTF_16_where_surrogates_meet_private_use()
    {
        Assert.True(string.CompareOrdinal("😀", "\uE000") < 0);
        Assert.True(Utf8Order.Compare("😀", "\uE000") > 0);
        Assert.True(Utf8Order.Compare("\uE000", "😀") < 0);
    }
}
