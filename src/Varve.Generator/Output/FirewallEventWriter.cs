using Varve.Generator.Simulation;
using Varve.Generator.Text;
using Varve.Generator.World;

namespace Varve.Generator.Output;

/// <summary>One firewall_events record for each rule that matched the request.</summary>
internal sealed class FirewallEventWriter(Site site) : IRecordWriter
{
    readonly TimestampText _time = new();

    public int Write(Request request, TextBuffer output)
    {
        var matches = request.Matches;
        for (var i = 0; i < matches.Length; i++)
            Write(request, matches[i], matches.Length - 1 - i, output);
        return matches.Length;
    }

    void Write(Request request, RuleMatch match, int matchIndex, TextBuffer output)
    {
        var client = request.Client;
        output.Text("{\"Action\":"u8, match.Action.LowerName);
        output.Number(",\"ClientASN\":"u8, client.Network.Asn);
        output.Text(",\"ClientASNDescription\":"u8, client.Network.Name);
        output.Text(",\"ClientCountry\":"u8, client.Network.Country);
        output.Raw(",\"ClientIP\":\""u8);
        client.Address.Write(output);
        output.Text("\",\"ClientIPClass\":"u8, client.AddressClass);
        WriteReferer(request.Referer, output);
        output.Text(",\"ClientRequestHost\":"u8, request.Host);
        output.Text(",\"ClientRequestMethod\":"u8, request.Method);
        output.Text(",\"ClientRequestPath\":"u8, request.Path);
        output.Text(",\"ClientRequestProtocol\":"u8, HttpRequestWriter.Protocol(client.Version));
        output.Text(",\"ClientRequestQuery\":"u8, request.Query);
        output.Text(",\"ClientRequestScheme\":"u8, request.IsPlainHttp ? "http"u8 : "https"u8);
        output.Text(",\"ClientRequestUserAgent\":"u8, client.Agent.Text);
        output.Raw(",\"Datetime\":\""u8);
        _time.Write(output, request.UnixMilliseconds);
        output.Text("\",\"Description\":"u8, match.Rule.Description);
        output.Text(",\"EdgeColoCode\":"u8, client.Place.Colo);
        output.Number(",\"EdgeResponseStatus\":"u8, request.Status);
        output.Raw(",\"Kind\":\"firewall\""u8);
        output.Text(",\"LeakedCredentialCheckResult\":"u8, request.LeakedCredentials);
        output.Number(",\"MatchIndex\":"u8, matchIndex);
        var isManaged = match.Rule.Source.AsSpan().SequenceEqual("firewallManaged"u8);
        output.Text(",\"Metadata\":{\"type\":"u8, isManaged ? "managed"u8 : "customer"u8);
        output.Number("},\"OriginResponseStatus\":"u8, request.OriginStatus);
        output.Raw(",\"OriginatorRayID\":\"00\",\"RayID\":\""u8);
        output.Hex(request.RayId, 16);
        output.Text("\",\"Ref\":\"\",\"RuleID\":"u8, match.Rule.Id);
        output.Text(",\"Source\":"u8, match.Rule.LowerSource);
        output.Text(",\"ZoneName\":"u8, site.Zone);
        output.Raw("}\n"u8);
    }

    void WriteReferer(Page referer, TextBuffer output)
    {
        if (referer.Kind == PageKind.None)
        {
            output.Raw(",\"ClientRefererHost\":\"\",\"ClientRefererPath\":\"\""u8);
            output.Raw(",\"ClientRefererQuery\":\"\",\"ClientRefererScheme\":\"\""u8);
            return;
        }

        output.Text(",\"ClientRefererHost\":"u8, referer.Kind == PageKind.External ? Site.ExternalHost(referer) : site.HostOf(referer));
        output.Raw(",\"ClientRefererPath\":\""u8);
        site.WritePath(referer, output);
        output.Raw("\",\"ClientRefererQuery\":\""u8);
        site.WriteQuery(referer, output);
        output.Raw("\",\"ClientRefererScheme\":\"https\""u8);
    }
}
