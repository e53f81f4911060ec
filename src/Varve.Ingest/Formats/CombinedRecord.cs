using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Varve.Ingest.Formats;

/// <summary>
/// Writes the parts of an access log's line as a record with the names that <c>http_requests</c> has for them. What it has none for goes under plain
/// names: RemoteIdent, RemoteUser, Request (a request line that is none), LogRest.
/// </summary>
sealed class CombinedRecord : IDisposable
{
    static readonly SearchValues<byte> TokenBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"u8);

    readonly JsonLine _line = new();
    byte[] _text = new byte[1024];

    public void Write(CombinedLine parts, IBufferWriter<byte> output)
    {
        var json = _line.Begin();
        Span<byte> time = stackalloc byte[CombinedTime.WrittenBytes];
        CombinedTime.Write(parts.Time, time);
        json.WriteString("EdgeStartTimestamp"u8, time);
        WriteText(json, "ClientIP"u8, parts.Client);
        WriteText(json, "RemoteIdent"u8, parts.Ident);
        WriteText(json, "RemoteUser"u8, parts.User);
        WriteRequest(json, parts.Request, HostOf(parts.Host));
        WriteNumber(json, "EdgeResponseStatus"u8, parts.Status);
        WriteNumber(json, "EdgeResponseBytes"u8, parts.Bytes);
        WriteText(json, "ClientRequestReferer"u8, parts.Referer);
        WriteText(json, "ClientRequestUserAgent"u8, parts.Agent);
        if (!parts.Rest.SequenceEqual("\"-\""u8))
            WriteText(json, "LogRest"u8, parts.Rest);
        _line.End(output);
    }

    public void Dispose() => _line.Dispose();

    void WriteRequest(Utf8JsonWriter json, ReadOnlySpan<byte> request, ReadOnlySpan<byte> host)
    {
        if (!TrySplitRequest(request, out var method, out var uri, out var protocol))
        {
            WriteText(json, "ClientRequestHost"u8, host);
            WriteText(json, "Request"u8, request);
            return;
        }

        var path = uri;
        if (uri.IndexOf("://"u8) is > 0 and var scheme && scheme < uri.IndexOf((byte)'/'))
        {
            // A request to a proxy names the host in its address.
            var authority = uri[(scheme + 3)..];
            var slash = authority.IndexOf((byte)'/');
            WriteText(json, "ClientRequestScheme"u8, uri[..scheme]);
            host = slash < 0 ? authority : authority[..slash];
            path = slash < 0 ? "/"u8 : authority[slash..];
        }

        var query = path.IndexOf((byte)'?');
        WriteText(json, "ClientRequestHost"u8, host);
        WriteText(json, "ClientRequestMethod"u8, method);
        WriteText(json, "ClientRequestURI"u8, uri);
        WriteText(json, "ClientRequestPath"u8, query < 0 ? path : path[..query]);
        WriteText(json, "ClientRequestProtocol"u8, protocol);
    }

    /// <summary>Method, address and protocol; HTTP/0.9 has none. The address may have blanks in it that the client did not escape.</summary>
    static bool TrySplitRequest(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> protocol)
    {
        method = uri = protocol = default;
        var first = request.IndexOf((byte)' ');
        if (first <= 0 || request[..first].ContainsAnyExcept(TokenBytes))
            return false;
        var last = request.LastIndexOf(" HTTP/"u8);
        method = request[..first];
        uri = last > first ? request[(first + 1)..last] : request[(first + 1)..];
        protocol = last > first ? request[(last + 1)..] : default;
        return last > first ? !uri.IsEmpty : uri is [(byte)'/', ..] && !uri.Contains((byte)' ');
    }

    /// <summary>The host of "host:443", as the host of a zone is written.</summary>
    static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        return colon > 0 && colon + 1 < host.Length && !host[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? host[..colon] : host;
    }

    static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> digits)
    {
        if (Utf8Parser.TryParse(digits, out long number, out _))
            json.WriteNumber(name, number);
    }

    void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text is [(byte)'-'])
            return;
        if (_text.Length < text.Length * LogEscapes.GrowthMax)
            _text = new byte[text.Length * LogEscapes.GrowthMax];
        json.WriteString(name, _text.AsSpan(0, LogEscapes.Decode(text, _text)));
    }
}
