using System.Buffers;

namespace Varve.Ingest.Formats;

/// <summary>
/// The elements of JSON arrays, and objects that follow each other, over any number of lines: one line each. A broken element is refused up to where
/// the next one seems to begin; what an element holds is left to the parser of lines.
/// </summary>
sealed class JsonElementStream(Stream source, IngestLimits limits) : RecordLineStream(source, limits)
{
    // Going back after a mistake is what costs; a hostile body must not make it cost the square of its size.
    const int RescansMax = 8;
    const string CutOff = "the body ends in the middle of this element";

    readonly JsonElementScan _scan = new();
    readonly JsonElementSearch _search = new();
    readonly KeptText _kept = new(limits.RejectedLineBytesMax);
    long _rescanBytesLeft = (long)RescansMax * limits.LineBytesMax;
    bool _isStarted;
    Place _place = Place.Top;
    State _state = State.Between;
    bool _isLong;
    bool _isLost;
    string _reason = "";
    int _column;

    enum Place
    {
        Top,
        Array,
        Events,
        AfterEvents,
    }

    enum State
    {
        Between,
        Element,
        Junk,
        Searching,
    }

    protected override bool Step(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = 0;
        if (!_isStarted)
            return TryStart(window, isLast, out used);
        if (window.IsEmpty)
            return false;
        return _state switch
        {
            State.Between => Between(window, out used),
            State.Element => Element(window, isLast, out used),
            State.Junk => Junk(window, isLast, out used),
            _ => Search(window, isLast, out used),
        };
    }

    protected override void End()
    {
        if (_state is State.Element or State.Searching)
        {
            _isLost = true;
            Refuse(_state == State.Searching ? Lost(_reason) : CutOff, _kept.Text, _kept.Bytes);
        }

        if (_place is Place.Array or Place.Events && !_isLost)
            Refuse("the JSON array is not closed: the body may have been cut off after this element", [], 0);
    }

    bool TryStart(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = 0;
        if (window.Length < 3 && !isLast)
            return false;
        var mark = window.StartsWith("\uFEFF"u8) ? 3 : 0;
        var prefix = EventsPrefix.Match(window[mark..]);
        if (prefix == EventsPrefix.Unfinished && !isLast && window.Length < Limits.LineBytesMax)
            return false;
        _isStarted = true;
        _place = prefix > 0 ? Place.Events : Place.Top;
        used = mark + Math.Max(prefix, 0);
        return true;
    }

    bool Between(ReadOnlySpan<byte> window, out int used)
    {
        for (used = 0; used < window.Length; used++)
            switch (window[used])
            {
                case (byte)'\n':
                    _column = 0;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    _column = _column < 0 ? -1 : _column + 1;
                    break;
                case (byte)',':
                    _column = -1;
                    break;
                case (byte)'[' when _place == Place.Top:
                    (_place, _column) = (Place.Array, -1);
                    break;
                case (byte)']' when _place is Place.Array or Place.Events:
                    (_place, _column) = (_place == Place.Array ? Place.Top : Place.AfterEvents, -1);
                    break;
                case (byte)'}' when _place == Place.AfterEvents:
                    (_place, _column) = (Place.Top, -1);
                    break;
                case (byte)'{' or (byte)'[':
                    _scan.Start(_place is Place.Array or Place.Events);
                    _state = State.Element;
                    return true;
                default:
                    _state = State.Junk;
                    return true;
            }

        return true;
    }

    bool Element(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = 0;
        var end = _scan.Run(window);
        if (end == JsonElementScan.Unfinished && isLast)
        {
            _isLost = true;
            return Give(window, CutOff, RescanFrom(window.Length), out used);
        }

        if (end == JsonElementScan.Unfinished)
        {
            if (window.Length <= Limits.LineBytesMax && !_isLong)
                return false;
            // Too long to be held: only its end is looked for.
            _isLong = true;
            _kept.Add(window);
            _scan.Shift(used = window.Length);
            return true;
        }

        if (end == JsonElementScan.Broken)
            return Give(window, _scan.Reason, RescanFrom(_scan.Position), out used);
        used = end;
        Finish(window[..end]);
        return true;
    }

    /// <summary>Lets go of an element, and looks for the next from where in it the mistake seems to lie.</summary>
    bool Give(ReadOnlySpan<byte> window, string reason, int from, out int used)
    {
        (_reason, _state, used) = (reason, State.Searching, from);
        _kept.Add(window[..from]);
        _search.Start(_column);
        return true;
    }

    /// <summary>A text that was not closed swallows what follows, so the mistake lies where the last text began.</summary>
    int RescanFrom(int position)
    {
        var from = Math.Clamp(_scan.LastText + 1, _isLong ? 0 : 1, position);
        _rescanBytesLeft -= position - from;
        return _rescanBytesLeft < 0 ? position : from;
    }

    void Finish(ReadOnlySpan<byte> rest)
    {
        var bytes = _kept.Bytes + rest.Length;
        if (_isLong || bytes > Limits.LineBytesMax)
        {
            _kept.Add(rest);
            RefuseLong(_kept.Text, bytes);
        }
        else
        {
            WriteLine(_place == Place.Events ? EventsPrefix.Unwrap(rest) : rest);
        }

        Forget();
    }

    void WriteLine(ReadOnlySpan<byte> element)
    {
        // A newline in an element is white space: in a text it would have broken it.
        while (element.IndexOf((byte)'\n') is >= 0 and var newline)
        {
            Output.Write(element[..newline]);
            Output.Write(" "u8);
            element = element[(newline + 1)..];
        }

        Output.Write(element);
        Output.Write("\n"u8);
    }

    bool Junk(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        var end = window[1..].IndexOfAny(",]{\n"u8) + 1;
        if (end == 0 && window.Length <= Limits.LineBytesMax && !isLast)
        {
            used = 0;
            return false;
        }

        used = end == 0 ? window.Length : end;
        Refuse("not a JSON object", window[..used].Trim(" \t\r"u8), used);
        Forget();
        return true;
    }

    bool Search(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        var found = _search.Run(window);
        used = found < 0 ? window.Length : found;
        _kept.Add(window[..used]);
        if (found < 0 && !isLast)
            return true;
        _isLost |= found < 0;
        Refuse(found < 0 ? Lost(_reason) : $"not JSON: {_reason}", _kept.Text, _kept.Bytes);
        Forget();
        _column = _search.Column;
        return true;
    }

    static string Lost(string reason) => $"not JSON: {reason}; what follows it cannot be told apart";

    void Forget()
    {
        _kept.Clear();
        (_state, _isLong, _column) = (State.Between, false, -1);
    }
}
