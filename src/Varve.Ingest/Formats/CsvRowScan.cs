namespace Varve.Ingest.Formats;

/// <summary>Finds the end of a row of CSV in a window that grows: the first newline outside quotes.</summary>
sealed class CsvRowScan(byte delimiter)
{
    State _state;

    enum State
    {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>True when text follows a closing quote.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True when the scan stands in a quoted field.</summary>
    public bool IsInQuotes => _state == State.Quoted;

    /// <summary>Where the scan stands; after a whole row, behind its newline.</summary>
    public int Position { get; private set; }

    /// <summary>Begins a row at the start of the window.</summary>
    public void Start() => (_state, IsBroken, Position) = (State.FieldStart, false, 0);

    /// <summary>True when the row is whole.</summary>
    public bool Run(ReadOnlySpan<byte> window)
    {
        while (Position < window.Length)
            switch (_state)
            {
                case State.Quoted:
                    var quote = window[Position..].IndexOf((byte)'"');
                    Position = quote < 0 ? window.Length : Position + quote + 1;
                    _state = quote < 0 ? State.Quoted : State.AfterQuote;
                    break;
                case State.Plain:
                    var end = window[Position..].IndexOfAny(delimiter, (byte)'\n');
                    Position = end < 0 ? window.Length : Position + end;
                    if (end >= 0 && End(window[Position]))
                        return true;
                    break;
                case State.FieldStart when window[Position] == '"':
                    _state = State.Quoted;
                    Position++;
                    break;
                case State.FieldStart:
                    _state = State.Plain;
                    break;
                case State.AfterQuote when window[Position] == '"':
                    _state = State.Quoted;
                    Position++;
                    break;
                case State.AfterQuote when window[Position..] is [(byte)'\r']:
                    // Whether a newline follows is not in the window yet.
                    return false;
                default:
                    IsBroken |= window[Position] != delimiter && window[Position..] is not ([(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..]);
                    _state = State.Plain;
                    break;
            }

        return false;
    }

    bool End(byte at)
    {
        Position++;
        _state = State.FieldStart;
        return at == '\n';
    }
}
