namespace Varve.Ingest.Formats;

/// <summary>Finds the end of a JSON object or array in a window that grows. Only texts and brackets are looked at, and what shows that a text was not closed.</summary>
sealed class JsonElementScan
{
    /// <summary>The window ends before the element does.</summary>
    public const int Unfinished = -1;

    /// <summary>The element is no JSON: see <see cref="Reason"/>.</summary>
    public const int Broken = -2;

    // The parser of lines takes 64.
    const int DepthMax = 512;

    readonly bool[] _isObject = new bool[DepthMax];
    bool _isInArray;
    bool _isInText;
    int _depth;
    byte _last;

    /// <summary>Where the text that was read last begins, or below 0 when that is no longer in the window.</summary>
    public int LastText { get; private set; }

    /// <summary>Where the scan stands in the window.</summary>
    public int Position { get; private set; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Begins an element at the start of the window.</summary>
    /// <param name="isInArray">True when a bracket may close the array around it.</param>
    public void Start(bool isInArray) =>
        (_isInArray, _isInText, _depth, _last, LastText, Position) = (isInArray, false, 0, 0, -1, 0);

    /// <summary>The window now begins so many bytes further on.</summary>
    public void Shift(int bytes) => (LastText, Position) = (LastText - bytes, Position - bytes);

    /// <summary>The element's length; else <see cref="Unfinished"/> or <see cref="Broken"/>.</summary>
    public int Run(ReadOnlySpan<byte> window)
    {
        while (Position < window.Length)
        {
            if (_isInText)
            {
                if (!PassText(window))
                    return Broken;
                continue;
            }

            var next = window[Position];
            if (next is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                Position++;
                continue;
            }

            if (_last == '"' && next is not ((byte)',' or (byte)':' or (byte)'}' or (byte)']'))
                return Fail("a text is not closed, or not followed by ',' or ':'");
            if (!Pass(next))
                return Broken;
            Position++;
            if (_depth == 0)
                return Position;
        }

        return Unfinished;
    }

    bool PassText(ReadOnlySpan<byte> window)
    {
        var step = window[Position..].IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
        if (step < 0)
        {
            Position = window.Length;
            return true;
        }

        Position += step;
        switch (window[Position])
        {
            case (byte)'\\':
                // What is escaped may not be in the window yet: the scan goes on behind it.
                Position += 2;
                return true;
            case (byte)'"':
                (_isInText, _last) = (false, (byte)'"');
                Position++;
                return true;
            default:
                Fail("a text is not closed at the end of its line");
                return false;
        }
    }

    bool Pass(byte next)
    {
        switch (next)
        {
            case (byte)'"':
                (_isInText, LastText) = (true, Position);
                return true;
            case (byte)'{' or (byte)'[':
                if (_depth > 0 && _isObject[_depth - 1] && _last is (byte)',' or (byte)'{')
                    return Fails("a bracket stands where a name has to");
                if (_depth == DepthMax)
                    return Fails($"nested more than {DepthMax} deep");
                _isObject[_depth++] = next == '{';
                break;
            case (byte)'}' or (byte)']':
                if (!Close(next == '}'))
                    return Fails(_isInArray && next == ']' ? "the array around it ends before it does" : "a bracket closes nothing");
                break;
        }

        _last = next;
        return true;
    }

    /// <summary>Goes back to the bracket that is closed; those left open in between are the parser's to complain of.</summary>
    bool Close(bool isObject)
    {
        for (var depth = _depth; depth > 0; depth--)
            if (_isObject[depth - 1] == isObject)
            {
                _depth = depth - 1;
                return true;
            }

        return false;
    }

    bool Fails(string reason)
    {
        Fail(reason);
        return false;
    }

    int Fail(string reason)
    {
        Reason = reason;
        return Broken;
    }
}
