using System.Buffers;

namespace Varve.Ingest.Formats;

/// <summary>Lines of an access log as records; see <see cref="CombinedLine"/>. Each line stays one line.</summary>
sealed class CombinedStream(Stream source, IngestLimits limits) : RecordLineStream(source, limits)
{
    readonly CombinedRecord _record = new();
    readonly KeptText _kept = new(limits.RejectedLineBytesMax);
    int _scanned;
    bool _isSkipping;

    protected override bool Step(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = 0;
        if (window.IsEmpty)
            return false;
        var newline = window[_scanned..].IndexOf((byte)'\n');
        var end = newline < 0 ? window.Length : _scanned + newline;
        _scanned = newline < 0 ? end : 0;
        if (newline < 0 && !isLast && !_isSkipping && window.Length <= Limits.LineBytesMax)
            return false;
        used = newline < 0 ? end : end + 1;
        _scanned = 0;
        if (_isSkipping || end > Limits.LineBytesMax)
            Skip(window[..end], newline >= 0 || isLast);
        else
            Take(window[..end]);
        return true;
    }

    protected override void End()
    {
        if (_isSkipping)
            Skip([], isEnd: true);
    }

    protected override void Dispose(bool disposing)
    {
        _record.Dispose();
        base.Dispose(disposing);
    }

    void Take(ReadOnlySpan<byte> line)
    {
        var text = line.Trim(" \t\r"u8);
        if (text.IsEmpty)
            Output.Write("\n"u8);
        else if (CombinedLine.TryParse(text, out var parts))
            _record.Write(parts, Output);
        else
            Refuse("not a line of the combined or common log format", line, line.Length);
    }

    void Skip(ReadOnlySpan<byte> part, bool isEnd)
    {
        _kept.Add(part);
        _isSkipping = !isEnd;
        if (!isEnd)
            return;
        RefuseLong(_kept.Text, _kept.Bytes);
        _kept.Clear();
    }
}
