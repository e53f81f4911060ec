using System.Buffers;
using System.Net;
using System.Text;

namespace Varve.Ingest.Formats;

/// <summary>
/// The parts of a line of the Apache and nginx log formats "common", "combined" and "vhost_combined":
/// <c>[host] client ident user [time] "request" status bytes ["referer" "agent" …]</c>, as they stand there, with their escapes.
/// </summary>
readonly ref struct CombinedLine
{
    static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>The virtual host, or empty.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>Address or name of the client.</summary>
    public ReadOnlySpan<byte> Client { get; private init; }

    /// <summary>What identd said.</summary>
    public ReadOnlySpan<byte> Ident { get; private init; }

    /// <summary>The user.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    /// <summary>The time, as <c>17/May/2015:10:05:03 +0000</c>.</summary>
    public ReadOnlySpan<byte> Time { get; private init; }

    /// <summary>The request line.</summary>
    public ReadOnlySpan<byte> Request { get; private init; }

    /// <summary>The status: digits, or <c>-</c>.</summary>
    public ReadOnlySpan<byte> Status { get; private init; }

    /// <summary>Bytes sent: digits, or <c>-</c>.</summary>
    public ReadOnlySpan<byte> Bytes { get; private init; }

    /// <summary>The Referer header, or empty.</summary>
    public ReadOnlySpan<byte> Referer { get; private init; }

    /// <summary>The User-Agent header, or empty.</summary>
    public ReadOnlySpan<byte> Agent { get; private init; }

    /// <summary>What follows, which formats of the server's owner add.</summary>
    public ReadOnlySpan<byte> Rest { get; private init; }

    /// <summary>Finds the parts; false when it is no such line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out CombinedLine parts)
    {
        parts = default;
        // Some archives wrap each line in one more pair of quotes.
        if (line is [(byte)'"', .., (byte)'"'])
            line = line[1..^1];
        var bracket = line.IndexOf(" ["u8);
        if (bracket < 0 || !TrySplitFront(line[..bracket], out var host, out var client, out var ident, out var user))
            return false;
        var rest = line[(bracket + 2)..];
        var close = rest.IndexOf("] "u8);
        if (close < 0 || !CombinedTime.IsTime(rest[..close]))
            return false;
        var time = rest[..close];
        rest = rest[(close + 2)..];
        if (!TryTakeQuoted(ref rest, out var request) || !TryTakeNumber(ref rest, out var status) || !TryTakeNumber(ref rest, out var bytes))
            return false;
        TryTakeQuoted(ref rest, out var referer);
        TryTakeQuoted(ref rest, out var agent);
        parts = new CombinedLine
        {
            Host = host,
            Client = client,
            Ident = ident,
            User = user,
            Time = time,
            Request = request,
            Status = status,
            Bytes = bytes,
            Referer = referer,
            Agent = agent,
            Rest = rest.Trim((byte)' '),
        };
        return true;
    }

    /// <summary>Three words, or four with a host before them; a user's name may have blanks in it.</summary>
    static bool TrySplitFront(
        ReadOnlySpan<byte> front, out ReadOnlySpan<byte> host, out ReadOnlySpan<byte> client, out ReadOnlySpan<byte> ident, out ReadOnlySpan<byte> user)
    {
        host = ident = user = default;
        if (!TryTakeWord(ref front, out client))
            return false;
        var rest = front;
        if (TryTakeWord(ref rest, out var second) && front.Count((byte)' ') >= 2 && IsAddress(second) && !IsAddress(client))
        {
            host = client;
            client = second;
            front = rest;
        }

        if (!TryTakeWord(ref front, out ident))
            return false;
        user = front;
        return !user.IsEmpty;
    }

    static bool TryTakeWord(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> word)
    {
        var blank = text.IndexOf((byte)' ');
        word = blank <= 0 ? default : text[..blank];
        text = blank <= 0 ? text : text[(blank + 1)..];
        return blank > 0;
    }

    static bool IsAddress(ReadOnlySpan<byte> text)
    {
        const int AddressCharsMax = 64;
        return text.Length <= AddressCharsMax && Ascii.IsValid(text) && IPAddress.TryParse(Encoding.ASCII.GetString(text), out _);
    }

    static bool TryTakeQuoted(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (text is not [(byte)'"', ..])
            return false;
        for (var at = 1; at < text.Length; at++)
        {
            var step = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
                return false;
            at += step;
            if (text[at] == '\\')
            {
                at++;
                continue;
            }

            // A quote that a server did not escape is followed by neither a blank nor the end.
            if (at + 1 < text.Length && text[at + 1] != ' ')
                continue;
            content = text[1..at];
            text = text[Math.Min(text.Length, at + 2)..];
            return true;
        }

        return false;
    }

    static bool TryTakeNumber(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> number)
    {
        var end = text.IndexOf((byte)' ');
        number = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        const int DigitsMax = 18;
        return number is [(byte)'-'] || (number.Length is > 0 and <= DigitsMax && !number.ContainsAnyExcept(Digits));
    }
}
