namespace Varve.Server.Errors;

/// <summary>Lets calls through that bring a token of the server's, when it has one. Probes and the files of the web app need none.</summary>
sealed class TokenGate(RequestDelegate next, ServeOptions options)
{
    static readonly string[] Guarded = ["/api", "/client", "/openapi", "/metrics", .. IngestRoute.Prefixes];

    static readonly string[] AgentSchemes = ["Bearer", "Basic realm=\"varve\""];

    readonly Tokens _tokens = new(options.Token, options.IngestToken);

    public Task InvokeAsync(HttpContext context)
    {
        if (_tokens.AreNone || !Guarded.Any(prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        var isIngest = IngestRoute.IsOf(context);
        var rights = _tokens.RightsOf(context.Request, isIngest);
        if (rights == TokenRights.All || (rights == TokenRights.Ingest && isIngest))
            return next(context);
        if (rights == TokenRights.Ingest)
            return FaultAnswers.AnswerAsync(context, StatusCodes.Status403Forbidden, "forbidden",
                "This token may only store records: use the server's own token for this call.", detail: null);
        context.Response.OnStarting(() =>
        {
            // Agents that know only Basic send their password when they are asked for it.
            context.Response.Headers.WWWAuthenticate = isIngest ? AgentSchemes : "Bearer";
            return Task.CompletedTask;
        });
        return FaultAnswers.AnswerAsync(context, StatusCodes.Status401Unauthorized, "unauthorized",
            "This server needs a token: send it as 'Authorization: Bearer <token>'.", detail: null);
    }
}
