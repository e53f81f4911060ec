namespace Varve.Ingest.Formats;

/// <summary>
/// Looks behind a broken element for the next: a brace that closes, a comma perhaps, and a brace that opens. Where that opens a line it has to stand
/// as far in as the broken element did, since objects inside it stand further in.
/// </summary>
sealed class JsonElementSearch
{
    int _wanted;
    bool _isAfterBrace;
    bool _isNewLine;

    /// <summary>Bytes of white space before the brace that was found, on its line; -1 when it does not begin a line.</summary>
    public int Column { get; private set; }

    /// <summary>Begins a search.</summary>
    /// <param name="column">Bytes of white space before the broken element; -1 when it did not begin a line.</param>
    public void Start(int column) => (_wanted, _isAfterBrace, _isNewLine, Column) = (column, false, false, -1);

    /// <summary>Where in the window the next element begins, or -1.</summary>
    public int Run(ReadOnlySpan<byte> window)
    {
        for (var at = 0; at < window.Length; at++)
        {
            if (!_isAfterBrace)
            {
                var step = window[at..].IndexOf((byte)'}');
                if (step < 0)
                    return -1;
                at += step;
                (_isAfterBrace, _isNewLine, Column) = (true, false, -1);
                continue;
            }

            switch (window[at])
            {
                case (byte)'\n':
                    (_isNewLine, Column) = (true, 0);
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    Column += _isNewLine ? 1 : 0;
                    break;
                case (byte)',':
                    // As in ",\n  {", not "\n  , {": a comma before the brace is no white space.
                    (_isNewLine, Column) = (false, -1);
                    break;
                case (byte)'}':
                    (_isNewLine, Column) = (false, -1);
                    break;
                case (byte)'{' when !_isNewLine || _wanted < 0 || Column == _wanted:
                    return at;
                default:
                    _isAfterBrace = false;
                    break;
            }
        }

        return -1;
    }
}
