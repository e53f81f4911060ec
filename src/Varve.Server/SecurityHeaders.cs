namespace Varve.Server;

/// <summary>Headers that every answer carries. The page's own policy, with its nonce, is set where the page is written.</summary>
sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        Set(context);
        return next(context);
    }

    /// <summary>Sets them; again after a response was cleared.</summary>
    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        // Clients of Elasticsearch speak to nothing that does not say so.
        if (context.Request.Path.StartsWithSegments("/es", StringComparison.OrdinalIgnoreCase))
            headers["X-Elastic-Product"] = "Elasticsearch";
    }
}
