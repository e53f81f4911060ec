using System.Buffers;
using System.Diagnostics;
using Varve.Ingest.Lines;

namespace Varve.Ingest.Formats;

/// <summary>
/// Turns records into lines as they are asked for. A form sees a window on the body that starts at the record it is at, and grows until the record
/// is complete: to a little more than <see cref="IngestLimits.LineBytesMax"/>, after which the form has to let go of it.
/// </summary>
abstract class RecordLineStream(Stream source, IngestLimits limits) : ReadOnlyStream
{
    const int ReadBytes = 64 << 10;
    const int BatchBytes = 64 << 10;

    readonly ArrayBufferWriter<byte> _output = new(2 * BatchBytes);
    byte[] _input = new byte[2 * ReadBytes];
    int _start;
    int _end;
    int _given;
    bool _isLast;
    bool _ended;

    /// <summary>What bounds a record.</summary>
    protected IngestLimits Limits => limits;

    /// <summary>Where lines go.</summary>
    protected IBufferWriter<byte> Output => _output;

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_given == _output.WrittenCount)
        {
            _output.ResetWrittenCount();
            _given = 0;
            if (_ended)
                return 0;
            if (Convert())
                continue;
            if (_isLast)
                (_ended, _) = (true, Finish());
            else
                await FillAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _output.WrittenCount - _given);
        _output.WrittenMemory.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <summary>Does one step at the start of the window. False when that needs more of the body; with <paramref name="isLast"/> only when nothing is left.</summary>
    /// <param name="window">The body from the record on.</param>
    /// <param name="isLast">True when the window reaches to the end of the body.</param>
    /// <param name="used">Bytes of the window that are done with.</param>
    protected abstract bool Step(ReadOnlySpan<byte> window, bool isLast, out int used);

    /// <summary>Says what is wrong with a body that ended here.</summary>
    protected virtual void End() { }

    /// <summary>Passes on a record that cannot be turned into JSON.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="text">Its text, or the first part.</param>
    /// <param name="bytes">Its size.</param>
    protected void Refuse(string reason, ReadOnlySpan<byte> text, long bytes)
    {
        // The line has to pass the limit of lines itself, and an escaped text is twice as long at most.
        const int RoomForReason = 1024;
        var kept = Math.Min(limits.RejectedLineBytesMax, Math.Max(0, (limits.LineBytesMax - RoomForReason) / 2));
        RefusedLine.Write(_output, reason, text[..Math.Min(text.Length, kept)], bytes);
    }

    /// <summary>Passes on a record that is over the limit.</summary>
    protected void RefuseLong(ReadOnlySpan<byte> text, long bytes) => Refuse($"longer than {limits.LineBytesMax} bytes", text, bytes);

    bool Convert()
    {
        var before = _start;
        while (_output.WrittenCount < BatchBytes)
        {
            var more = Step(_input.AsSpan(_start, _end - _start), _isLast, out var used);
            _start += used;
            if (!more)
                break;
        }

        return _start > before || _output.WrittenCount > 0;
    }

    bool Finish()
    {
        Debug.Assert(_start == _end, "A form leaves nothing of the body.");
        End();
        return true;
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_end + ReadBytes > _input.Length)
        {
            // A window that fills its buffer is one long record; else there is room before it.
            var target = _end - _start + ReadBytes > _input.Length ? new byte[_input.Length * 2] : _input;
            _input.AsSpan(_start, _end - _start).CopyTo(target);
            (_input, _end, _start) = (target, _end - _start, 0);
        }

        var read = await source.ReadAsync(_input.AsMemory(_end, ReadBytes), cancellationToken);
        _isLast = read == 0;
        _end += read;
    }
}
