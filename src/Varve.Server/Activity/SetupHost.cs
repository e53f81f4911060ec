using Varve.Storage;

namespace Varve.Server.Activity;

/// <summary>The address under which senders reach this server.</summary>
static class SetupHost
{
    const int CharsMax = 300;

    /// <summary>The address that was asked for, else the one that the call came to.</summary>
    /// <param name="host">A host with an optional port, which then is reached by HTTPS, or an address with its scheme; null: as the call.</param>
    /// <param name="request">The call.</param>
    /// <exception cref="VarveException">It is no address of a host.</exception>
    public static Uri Read(string? host, HttpRequest request)
    {
        if (string.IsNullOrWhiteSpace(host))
            return Parse($"{request.Scheme}://{request.Host}") ?? throw Bad(request.Host.ToString());
        return Parse(host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}") ?? throw Bad(host);
    }

    static Uri? Parse(string text) =>
        text.Length <= CharsMax && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && address is { PathAndQuery: "/", UserInfo: "", Fragment: "", HostNameType: not UriHostNameType.Basic } ? address : null;

    static VarveException Bad(string host) =>
        new(FaultKind.Invalid, $"'{(host.Length > CharsMax ? host[..CharsMax] : host)}' is no host: give a name with an optional port, such as logs.example.com or https://logs.example.com:8443.");
}
