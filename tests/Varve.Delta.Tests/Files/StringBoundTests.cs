using System.Text;
using System.Text.Json;
using CsCheck;
using Varve.Delta.Files;
using Varve.TestKit;

namespace Varve.Delta.Tests.Files;

public sealed class StringBoundTests
{
    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char['a', 'z'].Select(character => new Rune(character)),
        Gen.Int[0, 0x7F].Select(value => new Rune(value)),
        Gen.Int[0x80, 0xD7FF].Select(value => new Rune(value)),
        Gen.Int[0xE000, 0xFFFF].Select(value => new Rune(value)),
        Gen.Int[0x10000, 0x10FFFF].Select(value => new Rune(value)),
        Gen.Const(new Rune(0x7F)),
        Gen.Const(new Rune(0x10FFFF))).Array[0, 80].Select(runes => string.Concat(runes));

    // A prefix that repeats makes the cut fall on the odd characters.
    static readonly Gen<string> AnyLongText = Gen.Select(Gen.Int[28, 34], AnyText).Select((prefix, rest) => new string('a', prefix) + rest);

    [Fact]
    public void A_cut_bound_stays_a_bound_in_utf8_byte_order() =>
        Gen.OneOf(AnyText, AnyLongText).Sample(text => AssertBounds(text), iter: 20_000, threads: 1);

    [Fact]
    public void A_string_of_the_length_is_kept_and_one_longer_is_cut()
    {
        var kept = string.Concat(Enumerable.Repeat("😀", FileStatistics.StringPrefixLength));

        Assert.Equal(kept, FileStatistics.ShortenText(kept, isMax: true));
        Assert.Equal(kept, FileStatistics.ShortenText(kept + "b", isMax: false));
        Assert.Equal(kept + "\u007F", FileStatistics.ShortenText(kept + "b", isMax: true));
        Assert.Equal(kept + "\U0010FFFF", FileStatistics.ShortenText(kept + "\u007F", isMax: true));
    }

    [Fact]
    public void Without_a_greater_character_in_reach_there_is_no_maximum() =>
        Assert.Null(FileStatistics.ShortenText(string.Concat(Enumerable.Repeat("\U0010FFFF", 100)), isMax: true));

    [Fact]
    [Trait("category", "conformance")]
    public void The_vectors_of_other_writers_are_cut_the_same()
    {
        var file = TestData.At("delta", "vectors", "spec.json");
        Assert.SkipWhen(file is null, TestData.Missing);
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var cases = document.RootElement.GetProperty("stringStats").GetProperty("cases").EnumerateArray().ToList();

        Assert.NotEmpty(cases);
        foreach (var vector in cases)
        {
            var value = vector.GetProperty("value").GetString()!;
            AssertBounds(value);
            // Spark counts UTF-16 units: only where a character is one unit do the lengths agree.
            if (value.Take(FileStatistics.StringPrefixLength).Any(char.IsSurrogate))
                continue;
            Assert.Equal(vector.GetProperty("min").GetString(), FileStatistics.ShortenText(value, isMax: false));
            if (vector.GetProperty("sparkMax").GetString() is { } max)
                Assert.Equal(max, FileStatistics.ShortenText(value, isMax: true));
        }
    }

    static void AssertBounds(string text)
    {
        var min = FileStatistics.ShortenText(text, isMax: false);
        var max = FileStatistics.ShortenText(text, isMax: true);
        var value = Encoding.UTF8.GetBytes(text);
        Assert.NotNull(min);
        Assert.True(Encoding.UTF8.GetBytes(min).AsSpan().SequenceCompareTo(value) <= 0);
        Assert.True(min.EnumerateRunes().Count() <= FileStatistics.StringPrefixLength);
        Assert.DoesNotContain(Rune.ReplacementChar, min.EnumerateRunes().Except(text.EnumerateRunes()));
        if (max is null)
            return;
        Assert.True(Encoding.UTF8.GetBytes(max).AsSpan().SequenceCompareTo(value) >= 0);
        Assert.True(max.EnumerateRunes().Count() <= (2 * FileStatistics.StringPrefixLength) + 1);
    }
}
