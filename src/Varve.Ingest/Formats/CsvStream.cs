using System.Buffers;
using System.Text.Unicode;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Ingest.Formats;

/// <summary>
/// Rows of RFC 4180, parted by commas or tabs, as records: a name and a text for each field that is not empty. A row that is broken, or has another
/// number of fields than there are names, is refused; the rest goes in. Blank lines are added for lines that are no row of their own, so that the
/// number of a line is that in the body.
/// </summary>
sealed class CsvStream(Stream source, IngestLimits limits, byte delimiter, IReadOnlyList<string>? names, Dataset? dataset) : RecordLineStream(source, limits)
{
    // A quote that is not closed swallows lines that are then read again; a hostile body must not make that cost the square of its size.
    const int RescansMax = 8;

    readonly CsvRowScan _scan = new(delimiter);
    readonly KeptText _kept = new(limits.RejectedLineBytesMax);
    CsvRowWriter? _writer = names is null ? null : new CsvRowWriter(names, delimiter, dataset);
    long _rescanBytesLeft = (long)RescansMax * limits.LineBytesMax;
    bool _isStarted;
    bool _isFirstRow = true;
    bool _isSkipping;

    protected override bool Step(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = 0;
        if (!_isStarted)
        {
            if (window.Length < 3 && !isLast)
                return false;
            _isStarted = true;
            used = window.StartsWith("\uFEFF"u8) ? 3 : 0;
            return true;
        }

        if (window.IsEmpty)
            return false;
        if (_isSkipping)
            return Skip(window, isLast, out used);
        var isWhole = _scan.Run(window);
        if (!isWhole && !isLast)
            return window.Length > Limits.LineBytesMax && LetGo(window, out used);
        if (_scan.IsBroken || _scan.IsInQuotes)
            return Broken(window, _scan.IsInQuotes ? "a quote is not closed" : "text after a closing quote", out used);
        return Row(window, isLast, out used);
    }

    protected override void End()
    {
        if (_isSkipping)
            EndSkipping();
    }

    protected override void Dispose(bool disposing)
    {
        _writer?.Dispose();
        base.Dispose(disposing);
    }

    bool Row(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        used = isLast && window[_scan.Position..] is [(byte)'\r'] ? window.Length : _scan.Position;
        var row = window[..used].TrimEnd("\r\n"u8);
        var reason = Take(row);
        if (reason is not null && CanRescan(row))
            return Broken(window, reason, out used);
        if (reason is not null)
            Refuse(reason, row, row.Length);
        Blanks(row.Count((byte)'\n'));
        _scan.Start();
        return true;
    }

    /// <summary>Turns a row into a line; the reason when it cannot be.</summary>
    string? Take(ReadOnlySpan<byte> row)
    {
        var isFirst = _isFirstRow;
        if (!row.IsEmpty)
            _isFirstRow = false;
        if (row.IsEmpty || (isFirst && IsHeader(row)))
        {
            Blanks(1);
            return null;
        }

        if (row.Length > Limits.LineBytesMax)
            return $"longer than {Limits.LineBytesMax} bytes";
        return Utf8.IsValid(row) ? _writer!.Write(row, Output) : "not valid UTF-8";
    }

    bool IsHeader(ReadOnlySpan<byte> row)
    {
        if (_writer is not null && (!Utf8.IsValid(row) || !_writer.Names.SequenceEqual(CsvRowWriter.TextsOf(row, delimiter))))
            return false;
        if (_writer is null)
            _writer = new CsvRowWriter(NamesIn(row), delimiter, dataset);
        return true;
    }

    List<string> NamesIn(ReadOnlySpan<byte> row)
    {
        if (!Utf8.IsValid(row) || row.Length > Limits.LineBytesMax)
            throw new VarveException(FaultKind.Invalid,
                $"The first line of the body, which names its fields, is {(Utf8.IsValid(row) ? "too long" : "not valid UTF-8")}. Nothing was stored.");
        var found = CsvRowWriter.TextsOf(row, delimiter);
        return found.Count <= Limits.CsvFieldsMax ? found : throw new VarveException(FaultKind.LimitExceeded,
            $"The first line of the body names {found.Count} fields; the limit is {Limits.CsvFieldsMax}. Nothing was stored.");
    }

    /// <summary>Refuses the row's first line and goes on behind it; or the whole row, when lines were read again too often.</summary>
    bool Broken(ReadOnlySpan<byte> window, string reason, out int used)
    {
        if (_writer is null)
            throw new VarveException(FaultKind.Invalid, $"The first line of the body, which names its fields, is no CSV: {reason}. Nothing was stored.");
        _isFirstRow = false;
        used = _scan.Position;
        var row = window[..used];
        if (CanRescan(row.TrimEnd("\r\n"u8)))
        {
            used = row.IndexOf((byte)'\n') + 1;
            _rescanBytesLeft -= row.Length;
        }

        row = window[..used].TrimEnd("\r\n"u8);
        Refuse(reason, row, row.Length);
        Blanks(row.Count((byte)'\n'));
        _scan.Start();
        return true;
    }

    bool CanRescan(ReadOnlySpan<byte> row) => row.Contains((byte)'\n') && _rescanBytesLeft >= row.Length;

    /// <summary>A row too long to be held: what comes up to the end of the line is dropped, unless lines before it can be read for themselves.</summary>
    bool LetGo(ReadOnlySpan<byte> window, out int used)
    {
        if (_scan.IsInQuotes && CanRescan(window))
            return Broken(window, "a quote is not closed", out used);
        _kept.Add(window);
        used = window.Length;
        return _isSkipping = true;
    }

    bool Skip(ReadOnlySpan<byte> window, bool isLast, out int used)
    {
        var newline = window.IndexOf((byte)'\n');
        used = newline < 0 ? window.Length : newline + 1;
        _kept.Add(window[..(newline < 0 ? used : newline)]);
        if (newline < 0 && !isLast)
            return true;
        EndSkipping();
        return true;
    }

    void EndSkipping()
    {
        if (_writer is null)
            throw new VarveException(FaultKind.Invalid, "The first line of the body, which names its fields, is too long. Nothing was stored.");
        _isFirstRow = false;
        RefuseLong(_kept.Text, _kept.Bytes);
        _kept.Clear();
        _isSkipping = false;
        _scan.Start();
    }

    void Blanks(int count)
    {
        for (; count > 0; count--)
            Output.Write("\n"u8);
    }
}
