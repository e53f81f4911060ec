using Varve.Ingest.Lines;

namespace Varve.Ingest.Formats;

/// <summary>A body of JSON whose form is told by how it begins, when it is first read.</summary>
sealed class SniffedStream(Stream plain, IngestLimits limits) : ReadOnlyStream
{
    // White space before the first record, and the names around it, are shorter in any body that programs write.
    const int HeadBytesMax = 4096;

    Stream? _lines;

    /// <summary>True when the lines are made here; known after the first read.</summary>
    public bool IsConverted => _lines is JsonElementStream;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _lines ??= await OpenAsync(cancellationToken);
        return await _lines.ReadAsync(buffer, cancellationToken);
    }

    async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytesMax];
        var length = 0;
        while (true)
        {
            var read = await plain.ReadAsync(head.AsMemory(length), cancellationToken);
            length += read;
            var isLast = read == 0 || length == head.Length;
            if (IsJson(head.AsSpan(0, length), isLast) is not { } isJson)
                continue;
            Stream whole = new PrefixedStream(head.AsMemory(0, length), plain);
            return isJson ? new JsonElementStream(whole, limits) : whole;
        }
    }

    /// <summary>True for JSON over several lines, false for NDJSON, null when that cannot be told yet.</summary>
    static bool? IsJson(ReadOnlySpan<byte> head, bool isLast)
    {
        if (head.Length < 3 && !isLast)
            return null;
        var text = (head.StartsWith("\uFEFF"u8) ? head[3..] : head).TrimStart(" \t\r\n"u8);
        if (text is [(byte)'[', ..])
            return true;
        if (text is not [(byte)'{', ..])
            return text.IsEmpty && !isLast ? null : false;
        // A line with nothing but a brace is no record: an object over several lines begins here.
        var rest = text[1..].TrimStart(" \t\r"u8);
        if (rest is [(byte)'\n', ..])
            return true;
        return EventsPrefix.Match(text) switch
        {
            EventsPrefix.Unfinished when !isLast => null,
            > 0 => true,
            _ => false,
        };
    }
}
