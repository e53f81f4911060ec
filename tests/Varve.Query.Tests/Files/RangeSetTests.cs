using CsCheck;
using Varve.Query.Files;

namespace Varve.Query.Tests.Files;

public sealed class RangeSetTests
{
    const int Size = 40;

    static readonly Gen<FileRange> Ranges = Gen.Select(Gen.Int[0, Size - 1], Gen.Int[1, Size], static (start, length) => new FileRange(start, Math.Min(length, Size - start)));

    [Fact]
    public void It_is_the_set_of_the_bytes_that_were_added() => Gen.Select(Ranges.Array[0, 12], Ranges).Sample((added, asked) =>
    {
        var bytes = new bool[Size];
        var set = new RangeSet();
        foreach (var range in added)
        {
            var before = bytes.Count(static here => here);
            bytes.AsSpan((int)range.Start, (int)range.Length).Fill(true);

            Assert.Equal(bytes.Count(static here => here) - before, set.Add(range));
        }

        Assert.Equal(bytes.Count(static here => here), set.Bytes);
        Assert.Equal(bytes.Skip((int)asked.Start).Take((int)asked.Length).All(static here => here), set.Contains(asked));
        Assert.All(set.Ranges.Zip(set.Ranges.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.Start));
    });
}
