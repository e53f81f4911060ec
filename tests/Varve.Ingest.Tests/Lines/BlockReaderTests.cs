using System.Text;
using CsCheck;
using Varve.Ingest.Lines;

namespace Varve.Ingest.Tests.Lines;

/// <summary>Blocks hold every line, whatever pieces the stream comes in.</summary>
public sealed class BlockReaderTests
{
    [Fact]
    public void Lines_come_out_as_they_went_in_however_the_stream_is_cut() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 40], Gen.Int[900, 1_100]).Array[0, 60], Gen.Int[1, 300].Array[1, 20], Gen.Bool).Sample((lengths, cuts, endsWithNewline) =>
        {
            var limits = new IngestLimits { LineBytesMax = 1_000, RejectedLineBytesMax = 10 };
            var lines = lengths.Select((length, index) => new string((char)('a' + (index % 26)), length)).ToList();
            var body = string.Join('\n', lines) + (endsWithNewline && lines.Count > 0 ? "\n" : "");

            var read = ReadAll(body, cuts, limits);

            var expected = body.Length == 0 ? [] : (body[^1] == '\n' ? body[..^1] : body).Split('\n').ToList();
            Assert.Equal(expected.Select((line, index) => (index + 1L, (long)line.Length)), read.Select(line => (line.Number, line.Bytes)));
            Assert.Equal(expected, read.Select((line, index) => line.IsPart ? expected[index] : line.Text));
        }, iter: 2_000);

    [Fact]
    public void A_line_of_many_blocks_is_one_line_of_which_the_first_part_is_kept()
    {
        var limits = new IngestLimits { LineBytesMax = 3 << 20, RejectedLineBytesMax = 7 };

        var read = ReadAll($"a\n{new string('x', 9 << 20)}\nb\n{new string('y', 2 << 20)}\nc", [1 << 19], limits);

        Assert.Equal([(1, 1), (2, 9 << 20), (3, 1), (4, 2 << 20), (5, 1)], read.Select(line => ((int)line.Number, (int)line.Bytes)));
        Assert.Equal(("xxxxxxx", true), (read[1].Text, read[1].IsPart));
        Assert.Equal(2 << 20, read[3].Text.Length);
    }

    static List<(long Number, string Text, long Bytes, bool IsPart)> ReadAll(string body, int[] cuts, IngestLimits limits)
    {
        using var reader = new BlockReader(new PiecesStream(Encoding.UTF8.GetBytes(body), cuts), limits);
        var lines = new List<(long, string, long, bool)>();
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } block)
            using (block)
            {
                var number = block.FirstLine;
                if (block.LongLineBytes is { } bytes)
                {
                    lines.Add((number, Encoding.UTF8.GetString(block.Bytes.AsSpan(0, block.Length)), bytes, true));
                    continue;
                }

                Assert.Equal((byte)'\n', block.Bytes[block.Length - 1]);
                foreach (var line in Encoding.UTF8.GetString(block.Bytes.AsSpan(0, block.Length - 1)).Split('\n'))
                    lines.Add((number++, line, line.Length, false));
            }

        return lines;
    }

    /// <summary>Gives its bytes in pieces of given sizes, in turn.</summary>
    sealed class PiecesStream(byte[] bytes, int[] sizes) : ReadOnlyStream
    {
        int _at;
        int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(sizes[_next++ % sizes.Length], buffer.Length), bytes.Length - _at);
            bytes.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }
    }
}
