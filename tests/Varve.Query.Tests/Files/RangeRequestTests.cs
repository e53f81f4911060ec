using CsCheck;
using Varve.Query.Files;

namespace Varve.Query.Tests.Files;

public sealed class RangeRequestTests
{
    [Theory]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    public void Ranges_share_a_request_up_to_the_gap(int distance, int requests)
    {
        var plan = RangeRequest.For([new FileRange(0, 5), new FileRange(5 + distance, 5)], gapBytesMax: 10, bytesMax: 1000);

        Assert.Equal(requests, plan.Count);
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(19, 2)]
    public void Ranges_share_a_request_up_to_its_size(int bytesMax, int requests)
    {
        var plan = RangeRequest.For([new FileRange(0, 10), new FileRange(10, 10)], gapBytesMax: 0, bytesMax);

        Assert.Equal(requests, plan.Count);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(99, 2)]
    [InlineData(50, 2)]
    [InlineData(49, 3)]
    public void A_long_range_is_split(int bytesMax, int requests)
    {
        var plan = RangeRequest.For([new FileRange(7, 100)], gapBytesMax: 0, bytesMax);

        Assert.Equal(requests, plan.Count);
    }

    [Fact]
    public void Every_byte_that_is_wanted_comes_once_and_no_limit_is_passed() =>
        Gen.Select(Gen.Select(Gen.Int[0, 30], Gen.Int[1, 60]).Array[0, 10], Gen.Int[0, 20], Gen.Int[1, 50]).Sample((parts, gap, most) =>
        {
            var ranges = new List<FileRange>();
            foreach (var (distance, length) in parts)
                ranges.Add(new FileRange((ranges.Count == 0 ? 0 : ranges[^1].End) + distance, length));

            var requests = RangeRequest.For(ranges, gap, most);

            Assert.Equal(
                ranges.SelectMany((range, index) => Bytes(range).Select(at => (index, at))),
                requests.SelectMany(request => request.Pieces).SelectMany(piece => Bytes(piece.Bytes).Select(at => (piece.Range, at))));
            foreach (var request in requests)
            {
                Assert.InRange(request.Bytes.Length, 1, most);
                Assert.Equal((request.Bytes.Start, request.Bytes.End), (request.Pieces[0].Bytes.Start, request.Pieces[^1].Bytes.End));
                Assert.All(request.Pieces.Zip(request.Pieces.Skip(1)), pair => Assert.InRange(pair.Second.Bytes.Start - pair.First.Bytes.End, 0, gap));
            }
        });

    static IEnumerable<long> Bytes(FileRange range) => Enumerable.Range(0, (int)range.Length).Select(at => range.Start + at);
}
