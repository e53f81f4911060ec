using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Varve.Cli.Tests.Remote;

/// <summary>A call as a server saw it.</summary>
sealed record SeenCall(string PathAndQuery, string? Key, byte[] Body);

/// <summary>A server on a free port that answers by a plan and remembers what it was sent.</summary>
sealed class BusyServer : IAsyncDisposable
{
    readonly WebApplication _app;

    BusyServer(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Calls.Add(new SeenCall($"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers["Idempotency-Key"].SingleOrDefault(), body.ToArray()));
            await answer(Calls.Count, context);
        });
    }

    public List<SeenCall> Calls { get; } = [];

    public string Address => _app.Urls.Single();

    public static async Task<BusyServer> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var server = new BusyServer(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>The answer of a server that has stored the batch.</summary>
    public static Task AcceptAsync(HttpContext context, string more = "")
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"accepted":2,"rejected":1,"version":7,"rejects":[{"line":3,"reason":"no JSON"}]{{more}}}""");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
