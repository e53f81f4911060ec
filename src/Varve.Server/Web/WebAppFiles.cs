using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Varve.Server;

/// <summary>The built web app: its files, and its page for every address that is a page's.</summary>
static class WebAppFiles
{
    const string NonceMark = "__CSP_NONCE__";
    static readonly string[] NotPages = ["/api", "/client", "/openapi", "/es", "/otlp", "/assets", "/healthz", "/readyz", "/metrics"];

    public static void MapWebApp(this WebApplication app, string folder)
    {
        var index = Path.Combine(folder, "index.html");
        if (!File.Exists(index))
        {
            app.MapGet("/", () => Results.Text("The web app is not built: run `make web`, or use the API (/openapi/v1.json).\n")).ExcludeFromDescription();
            return;
        }

        var page = File.ReadAllText(index);
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)),
            ContentTypeProvider = new FileExtensionContentTypeProvider(),
            OnPrepareResponse = static context => context.Context.Response.Headers.CacheControl =
                context.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
        });
        app.MapFallback(context => WritePageAsync(context, page));
    }

    static Task WritePageAsync(HttpContext context, string page)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || NotPages.Any(prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)))
            return Errors.FaultAnswers.AnswerAsync(context, StatusCodes.Status404NotFound, "not_found", $"There is nothing at {context.Request.Path}.", detail: null);
        // A fresh nonce for each page: styles that the app adds carry it, scripts never need one.
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return context.Response.WriteAsync(page.Replace(NonceMark, nonce, StringComparison.Ordinal), context.RequestAborted);
    }
}
