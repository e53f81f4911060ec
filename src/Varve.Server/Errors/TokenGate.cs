using System.Security.Cryptography;
using System.Text;

namespace Varve.Server.Errors;

/// <summary>Lets calls through that bring the server's token, when it has one. Probes and the files of the web app need none.</summary>
sealed class TokenGate(RequestDelegate next, ServeOptions options)
{
    static readonly string[] Guarded = ["/api", "/client", "/openapi", "/metrics"];

    readonly byte[]? _expected = options.Token is { Length: > 0 } token ? Hash(token) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (_expected is null || !Guarded.Any(prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)) || Brings(context.Request))
            return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return FaultAnswers.AnswerAsync(context, StatusCodes.Status401Unauthorized, "unauthorized",
            "This server needs a token: send it as 'Authorization: Bearer <token>'.", detail: null);
    }

    bool Brings(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), _expected);
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
