using CsCheck;
using Varve.Query.Files;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

public sealed class PendingRangeTests
{
    const int Size = 30_000;

    [Fact]
    public void The_beginning_of_a_range_comes_last_in_whatever_order_its_parts_do() =>
        Gen.Select(Gen.Int[0, 9000], Gen.Int[1, 20_000], Gen.Int[1, 9000], Gen.Int[0, int.MaxValue]).Sample(
            (start, length, part, seed) =>
            {
                using var folder = new TemporaryFolder();
                var file = new CachedFile("x", Size, folder.At("x.parquet"));
                var range = new FileRange(start, length);
                var pending = new PendingRange(range);
                var parts = RangeRequest.For([range], 0, part).Select(request => request.Bytes).ToArray();
                new Random(seed).Shuffle(parts);

                foreach (var (index, bytes) in parts.Index())
                {
                    bool isWhole;
                    using (var output = new SparseFile(file))
                        isWhole = pending.Write(output, bytes.Start, Enumerable.Repeat((byte)7, (int)bytes.Length).ToArray());

                    Assert.Equal(index == parts.Length - 1, isWhole);
                    Assert.Equal(isWhole ? 7 : 0, File.ReadAllBytes(file.LocalPath)[start]);
                }

                Assert.False(pending.IsTorn);
                Assert.Equal(Enumerable.Range(0, Size).Select(at => (byte)(at >= start && at < start + length ? 7 : 0)), File.ReadAllBytes(file.LocalPath));
            },
            iter: 100);
}
