using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Varve.Delta.Index;
using Varve.TestKit;

namespace Varve.Delta.Tests.Index;

public sealed class BloomFilterTests
{
    [Fact]
    public void The_hash_is_XXH64_whatever_the_length()
    {
        var random = new Random(7);
        for (var length = 0; length <= 80; length++)
        {
            var value = new byte[length];
            random.NextBytes(value);

            Assert.Equal(XxHash64.HashToUInt64(value), ValueHash.Of(value));
        }

        Assert.Equal(0xEF46DB3751D8E999, ValueHash.Of(""));
        Assert.Equal(ValueHash.Of("é😀"u8), ValueHash.Of("é😀"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(500, 20)]
    [InlineData(500, 977)]
    public void What_was_put_in_is_found_and_words_and_vectors_agree(int values, int blocks)
    {
        var random = new Random(blocks);
        var (filter, byWords) = (new byte[blocks * BloomFilter.BlockBytes], new byte[blocks * BloomFilter.BlockBytes]);
        var hashes = Enumerable.Range(0, values).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue)).ToArray();

        foreach (var hash in hashes)
        {
            BloomFilter.Insert(filter, hash);
            BloomFilter.InsertByWords(Block(byWords, hash), (uint)hash);
        }

        Assert.Equal(byWords, filter);
        Assert.All(hashes, hash => Assert.True(BloomFilter.MayContain(Block(filter, hash), hash)));
        for (var i = 0; i < 5_000; i++)
        {
            var other = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            Assert.Equal(BloomFilter.MayContainByWords(Block(filter, other), (uint)other), BloomFilter.MayContain(Block(filter, other), other));
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(245_760)]
    public void At_ten_bits_a_value_about_one_in_a_hundred_others_is_taken_for_one(int values)
    {
        var filter = new byte[BloomFilter.BlocksFor(values) * BloomFilter.BlockBytes];
        for (var i = 0; i < values; i++)
            BloomFilter.Insert(filter, ValueHash.Of($"in-{i}"));

        const int Probes = 50_000;
        var taken = Enumerable.Range(0, Probes).Count(i => ValueHash.Of($"out-{i}") is var hash && BloomFilter.MayContain(Block(filter, hash), hash));

        Assert.InRange(taken, 0, Probes * 2 / 100);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(25, 1)]
    [InlineData(26, 2)]
    [InlineData(256, 10)]
    [InlineData(257, 11)]
    public void Blocks_are_the_values_bits_rounded_up(long values, long blocks) => Assert.Equal(blocks, BloomFilter.BlocksFor(values));

    [Fact]
    public void A_filter_is_the_one_that_another_writer_of_parquet_makes_of_the_same_values()
    {
        const int Values = 700;
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "f.parquet");
        DuckDb.Execute($"COPY (SELECT 'value-' || (i % {Values}) AS t FROM range(20000) r(i)) TO '{path}' (FORMAT parquet)");
        var place = DuckDb.Query($"SELECT bloom_filter_offset, bloom_filter_length FROM parquet_metadata('{path}')").Single().Split('|')
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        // Before the blocks stands a header of a few bytes, and their number is a power of two.
        var bytes = 1 << (int)Math.Log2(place[1]);
        var written = File.ReadAllBytes(path).AsSpan(place[0] + place[1] - bytes, bytes);

        var filter = new byte[bytes];
        for (var i = 0; i < Values; i++)
            BloomFilter.Insert(filter, ValueHash.Of(Encoding.UTF8.GetBytes($"value-{i}")));

        Assert.Equal(written.ToArray(), filter);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(40, 1)]
    [InlineData(40, 3)]
    [InlineData(3_000, 1)]
    [InlineData(3_000, 50)]
    [InlineData(245_760, 1)]
    [InlineData(60_000, 4)]
    public void Different_values_are_counted_to_a_few_in_a_hundred(int values, int times)
    {
        var hashes = Enumerable.Range(0, values * times).Select(i => ValueHash.Of($"{i % Math.Max(1, values)}")).ToArray();

        Assert.InRange(ValueCount.Of(hashes), (int)(values * 0.97) - 2, (int)(values * 1.03) + 2);
    }

    static Span<byte> Block(byte[] filter, ulong hash) =>
        filter.AsSpan(BloomFilter.BlockOf(hash, filter.Length / BloomFilter.BlockBytes) * BloomFilter.BlockBytes, BloomFilter.BlockBytes);
}
