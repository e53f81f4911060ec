using System.Text;
using Varve.Datasets;
using Varve.Ingest.Formats;

namespace Varve.Ingest.Tests.Formats;

/// <summary>What a body's lines become. A refused one is shown as <c>!reason|text</c>.</summary>
static class FormatLines
{
    public static Task<IReadOnlyList<string>> OfAsync(
        string body, BodyFormat format, IReadOnlyList<string>? names = null, IngestLimits? limits = null, int chunk = int.MaxValue, Dataset? dataset = null) =>
        OfAsync(Encoding.UTF8.GetBytes(body), format, names, limits, chunk, dataset);

    public static async Task<IReadOnlyList<string>> OfAsync(
        byte[] body, BodyFormat format, IReadOnlyList<string>? names = null, IngestLimits? limits = null, int chunk = int.MaxValue, Dataset? dataset = null)
    {
        await using var lines = RecordLines.Of(new ChunkedStream(body, chunk), format, names, limits ?? new IngestLimits(), dataset);
        using var output = new MemoryStream();
        await lines.CopyToAsync(output, TestContext.Current.CancellationToken);
        var result = new List<string>();
        var rest = output.ToArray().AsSpan();
        while (!rest.IsEmpty)
        {
            var newline = rest.IndexOf((byte)'\n');
            var line = newline < 0 ? rest : rest[..newline];
            rest = newline < 0 ? default : rest[(newline + 1)..];
            result.Add(RecordLines.MayRefuse(lines) && RefusedLine.TryRead(line, out var refused)
                ? $"!{refused.Reason}|{Encoding.UTF8.GetString(refused.Text)}"
                : Encoding.UTF8.GetString(line));
        }

        return result;
    }

    /// <summary>Gives at most so many bytes a read.</summary>
    sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length > chunk ? buffer[..chunk] : buffer, cancellationToken);
    }
}
