using Varve.Generator.Simulation;
using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Output;

/// <summary>The http_requests record: the fields a job with bot management and WAF usually chooses, in their order.</summary>
internal sealed class HttpRequestWriter(Site site) : IRecordWriter
{
    readonly TimestampText _start = new();
    readonly TimestampText _end = new();

    public int Write(Request request, TextBuffer output)
    {
        WriteBot(request.Client, output);
        WriteCache(request, output);
        WriteClient(request, output);
        WriteEdge(request, output);
        WriteFingerprint(request, output);
        WriteOrigin(request, output);
        WriteHeaders(request, output);
        WriteSecurity(request, output);
        WriteScores(request, output);
        output.Text(",\"WorkerSubrequest\":false,\"ZoneName\":"u8, site.Zone);
        output.Raw("}\n"u8);
        return 1;
    }

    public static ReadOnlySpan<byte> Protocol(HttpVersion version) => version switch
    {
        HttpVersion.Http3 => "HTTP/3"u8,
        HttpVersion.Http2 => "HTTP/2"u8,
        _ => "HTTP/1.1"u8,
    };

    static void WriteBot(Client client, TextBuffer output)
    {
        // 33554817 and 50331648: two heuristics, told apart by whether the program names itself.
        output.Raw(client.BotScoreSource == BotScoreSources.Heuristics
            ? "{\"BotDetectionIDs\":[33554817,50331648],\"BotScore\":"u8
            : "{\"BotDetectionIDs\":[],\"BotScore\":"u8);
        output.Number(client.BotScore);
        output.Text(",\"BotScoreSrc\":"u8, client.BotScoreSource);
    }

    static void WriteCache(Request request, TextBuffer output)
    {
        output.Text(",\"CacheCacheStatus\":"u8, request.CacheStatus);
        output.Number(",\"CacheResponseBytes\":"u8, request.CacheBytes);
    }

    void WriteClient(Request request, TextBuffer output)
    {
        var client = request.Client;
        output.Number(",\"ClientASN\":"u8, client.Network.Asn);
        output.Text(",\"ClientCity\":"u8, client.Place.City);
        output.Text(",\"ClientCountry\":"u8, client.Network.Country);
        output.Text(",\"ClientDeviceType\":"u8, client.Agent.DeviceType);
        output.Raw(",\"ClientIP\":\""u8);
        client.Address.Write(output);
        output.Text("\",\"ClientIPClass\":"u8, client.AddressClass);
        output.Text(",\"ClientRegionCode\":"u8, client.Place.Region);
        output.Number(",\"ClientRequestBytes\":"u8, request.RequestBytes);
        output.Text(",\"ClientRequestHost\":"u8, request.Host);
        output.Text(",\"ClientRequestMethod\":"u8, request.Method);
        output.Text(",\"ClientRequestPath\":"u8, request.Path);
        output.Text(",\"ClientRequestProtocol\":"u8, Protocol(client.Version));
        output.Raw(",\"ClientRequestReferer\":\""u8);
        site.WriteUrl(request.Referer, output);
        output.Text("\",\"ClientRequestScheme\":"u8, request.IsPlainHttp ? "http"u8 : "https"u8);
        output.Raw(",\"ClientRequestSource\":\"eyeball\""u8);
        output.Text(",\"ClientRequestURI\":"u8, request.Uri.Written);
        output.Text(",\"ClientRequestUserAgent\":"u8, client.Agent.Text);
        output.Text(",\"ClientSSLCipher\":"u8, Cipher(request));
        output.Text(",\"ClientSSLProtocol\":"u8, request.IsPlainHttp ? "none"u8 : client.IsTls12 ? "TLSv1.2"u8 : "TLSv1.3"u8);
        output.Number(",\"ClientSrcPort\":"u8, client.SourcePort);
        output.Number(",\"ClientTCPRTTMs\":"u8, client.Version == HttpVersion.Http3 ? 0 : client.RttMs);
        output.Text(",\"ClientXRequestedWith\":"u8, request.IsAjax ? "XMLHttpRequest"u8 : ""u8);
    }

    void WriteEdge(Request request, TextBuffer output)
    {
        var place = request.Client.Place;
        output.Text(",\"EdgeColoCode\":"u8, place.Colo);
        output.Number(",\"EdgeColoID\":"u8, place.ColoId);
        output.Raw(",\"EdgeEndTimestamp\":\""u8);
        _end.Write(output, request.UnixMilliseconds + request.DurationMs);
        output.Text("\",\"EdgeRequestHost\":"u8, request.OriginStatus > 0 ? request.Host : []);
        output.Number(",\"EdgeResponseBodyBytes\":"u8, request.BodyBytes);
        output.Number(",\"EdgeResponseBytes\":"u8, request.ResponseBytes);
        output.Raw(",\"EdgeResponseCompressionRatio\":"u8);
        output.Hundredths(request.CompressionHundredths);
        output.Text(",\"EdgeResponseContentType\":"u8, request.ResponseBytes > 0 ? request.Content.ContentType : []);
        output.Number(",\"EdgeResponseStatus\":"u8, request.Status);
        output.Raw(",\"EdgeServerIP\":\""u8);
        if (request.OriginStatus > 0)
        {
            output.Raw("198.18.0."u8);
            output.Number(place.ColoId % 250 + 1);
        }

        output.Raw("\",\"EdgeStartTimestamp\":\""u8);
        _start.Write(output, request.UnixMilliseconds);
        output.Number("\",\"EdgeTimeToFirstByteMs\":"u8, request.FirstByteMs);
    }

    static void WriteFingerprint(Request request, TextBuffer output)
    {
        output.Raw(",\"JA4\":\""u8);
        if (!request.IsPlainHttp)
        {
            output.Raw(request.Client switch
            {
                { IsTls12: true } => "t12d1209h1_"u8,
                { Version: HttpVersion.Http3 } => "q13d0312h3_"u8,
                { Version: HttpVersion.Http2 } => "t13d1516h2_"u8,
                _ => "t13d1411h1_"u8,
            });
            output.Raw(request.Client.Agent.Ja4Client);
        }

        output.Text("\",\"JSDetectionPassed\":"u8, request.JsDetection);
        output.Text(",\"LeakedCredentialCheckResult\":"u8, request.LeakedCredentials);
    }

    static void WriteOrigin(Request request, TextBuffer output)
    {
        output.Raw(",\"OriginIP\":\""u8);
        if (request.OriginStatus > 0)
        {
            output.Raw("192.0.2."u8);
            output.Number(10 + request.OriginServer);
        }

        output.Number("\",\"OriginResponseBytes\":"u8, request.OriginBytes);
        output.Number(",\"OriginResponseDurationMs\":"u8, request.OriginMs);
        output.Number(",\"OriginResponseHeaderReceiveDurationMs\":"u8, request.OriginMs * 7L / 8);
        output.Number(",\"OriginResponseStatus\":"u8, request.OriginStatus);
        output.Text(",\"OriginSSLProtocol\":"u8, request.OriginStatus > 0 ? "TLSv1.3"u8 : "unknown"u8);
    }

    static void WriteHeaders(Request request, TextBuffer output)
    {
        output.Raw(",\"ParentRayID\":\"00\",\"RayID\":\""u8);
        output.Hex(request.RayId, 16);
        var client = request.Client;
        if (!request.HasHeaders || client.Session == 0)
        {
            output.Raw("\",\"RequestHeaders\":{}"u8);
            return;
        }

        output.Text("\",\"RequestHeaders\":{\"accept-language\":"u8, client.Language);
        output.Raw(",\"cookie\":\"session="u8);
        output.Hex(client.Session, 16);
        output.Raw("\"}"u8);
    }

    static void WriteSecurity(Request request, TextBuffer output)
    {
        var matches = request.Matches;
        if (matches.IsEmpty)
        {
            output.Raw(",\"SecurityAction\":\"\",\"SecurityActions\":[],\"SecurityRuleDescription\":\"\""u8);
            output.Raw(",\"SecurityRuleID\":\"\",\"SecurityRuleIDs\":[],\"SecuritySources\":[]"u8);
            return;
        }

        var last = matches[^1];
        output.Text(",\"SecurityAction\":"u8, last.Action.Name);
        output.Raw(",\"SecurityActions\":["u8);
        for (var i = 0; i < matches.Length; i++)
            output.Text(i == 0 ? ""u8 : ","u8, matches[i].Action.Name);
        output.Text("],\"SecurityRuleDescription\":"u8, last.Rule.Description);
        output.Text(",\"SecurityRuleID\":"u8, last.Rule.Id);
        output.Raw(",\"SecurityRuleIDs\":["u8);
        for (var i = 0; i < matches.Length; i++)
            output.Text(i == 0 ? ""u8 : ","u8, matches[i].Rule.Id);
        output.Raw("],\"SecuritySources\":["u8);
        for (var i = 0; i < matches.Length; i++)
            output.Text(i == 0 ? ""u8 : ","u8, matches[i].Rule.Source);
        output.Byte((byte)']');
    }

    static void WriteScores(Request request, TextBuffer output)
    {
        output.Text(",\"VerifiedBotCategory\":"u8, request.Client.Agent.BotCategory);
        output.Number(",\"WAFAttackScore\":"u8, request.AttackScore);
        output.Number(",\"WAFRCEAttackScore\":"u8, request.RceScore);
        output.Number(",\"WAFSQLiAttackScore\":"u8, request.SqliScore);
        output.Number(",\"WAFXSSAttackScore\":"u8, request.XssScore);
    }

    static ReadOnlySpan<byte> Cipher(Request request) => request switch
    {
        { IsPlainHttp: true } => "NONE"u8,
        { Client.IsTls12: true } => "ECDHE-RSA-AES128-GCM-SHA256"u8,
        _ => "AEAD-AES128-GCM-SHA256"u8,
    };
}
