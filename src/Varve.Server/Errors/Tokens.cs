using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Varve.Server.Errors;

/// <summary>The tokens that a server knows, and those that a call brings. Compared by their hashes, in constant time.</summary>
sealed class Tokens(string? all, string? ingest)
{
    readonly byte[]? _all = HashOf(all);
    readonly byte[]? _ingest = HashOf(ingest);

    /// <summary>True when calls need no token.</summary>
    public bool AreNone => _all is null && _ingest is null;

    /// <summary>What a call may do.</summary>
    /// <param name="request">The call.</param>
    /// <param name="isIngest">True when its token may stand in the address.</param>
    public TokenRights RightsOf(HttpRequest request, bool isIngest)
    {
        var rights = TokenRights.None;
        foreach (var token in Candidates(request, isIngest))
        {
            var hash = Hash(token);
            if (Matches(_all, hash))
                return TokenRights.All;
            if (Matches(_ingest, hash))
                rights = TokenRights.Ingest;
        }

        return rights;
    }

    static IEnumerable<string> Candidates(HttpRequest request, bool isIngest)
    {
        var authorization = isIngest ? IngestHeaders.Find(request, "Authorization") : request.Headers.Authorization.ToString();
        if (authorization is { Length: > 0 } && OfAuthorization(authorization) is { } token)
            yield return token;
        if (request.Headers["X-Varve-Token"].ToString() is { Length: > 0 } header)
            yield return header;
        if (isIngest && request.Query["token"].ToString() is { Length: > 0 } parameter)
            yield return parameter;
    }

    /// <summary>The token of Bearer; the password of Basic; the key of Elasticsearch's ApiKey, whose form is Basic's.</summary>
    static string? OfAuthorization(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || parsed.Parameter is null)
            return null;
        if (parsed.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return parsed.Parameter.Trim();
        if (!parsed.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && !parsed.Scheme.Equals("ApiKey", StringComparison.OrdinalIgnoreCase))
            return null;
        var decoded = new byte[parsed.Parameter.Length];
        if (!Convert.TryFromBase64String(parsed.Parameter.Trim(), decoded, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(decoded, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    static bool Matches(byte[]? expected, byte[] hash) => expected is not null && CryptographicOperations.FixedTimeEquals(hash, expected);

    static byte[]? HashOf(string? token) => token is { Length: > 0 } ? Hash(token) : null;

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>What a token allows.</summary>
enum TokenRights
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Storing records.</summary>
    Ingest,

    /// <summary>Every call.</summary>
    All,
}
