using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Varve.TestKit;

/// <summary>A request as the proxy sees it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Number">The how-manieth request it is, from 1.</param>
public sealed record S3Call(string Method, string Target, int Number);

/// <summary>What the proxy does with a request.</summary>
public abstract record S3Fate
{
    S3Fate()
    {
    }

    /// <summary>It goes to the server and the answer back.</summary>
    public static S3Fate Forward { get; } = new Forwarded(AnswerLost: false);

    /// <summary>It goes to the server, which does it; then the connection breaks.</summary>
    public static S3Fate LoseAnswer { get; } = new Forwarded(AnswerLost: true);

    /// <summary>The connection breaks before the server sees it.</summary>
    public static S3Fate LoseRequest { get; } = new Lost();

    /// <summary>No answer comes.</summary>
    public static S3Fate Hang { get; } = new Silent();

    /// <summary>The proxy answers with an error of S3.</summary>
    public static S3Fate Refuse(int status, string code) =>
        new Answered(status, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>By the test's plan</Message></Error>", "application/xml");

    /// <summary>The proxy answers with this.</summary>
    public static S3Fate Answer(int status, string body, string contentType = "text/html") => new Answered(status, body, contentType);

    internal sealed record Forwarded(bool AnswerLost) : S3Fate;

    internal sealed record Lost : S3Fate;

    internal sealed record Silent : S3Fate;

    internal sealed record Answered(int Status, string Body, string ContentType) : S3Fate;
}

/// <summary>Stands before an S3 server, or in place of one, and lets requests go wrong by a plan.</summary>
public sealed class S3Proxy : IAsyncDisposable
{
    readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    readonly CancellationTokenSource _stop = new();
    readonly List<S3Call> _calls = [];
    readonly string? _server;
    readonly Func<S3Call, S3Fate> _plan;
    readonly WebApplication _app;

    S3Proxy(string? server, Func<S3Call, S3Fate> plan)
    {
        (_server, _plan) = (server, plan);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The proxy's address.</summary>
    public string Endpoint => _app.Urls.Single();

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<S3Call> Calls
    {
        get
        {
            lock (_calls)
                return [.. _calls];
        }
    }

    /// <summary>Starts a proxy on a free port.</summary>
    /// <param name="server">The server's address; null when the plan forwards nothing.</param>
    /// <param name="plan">Asked before each request.</param>
    public static async Task<S3Proxy> StartAsync(string? server, Func<S3Call, S3Fate> plan)
    {
        var proxy = new S3Proxy(server, plan);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, _stop.Token);
        S3Call call;
        lock (_calls)
        {
            call = new S3Call(context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, _calls.Count + 1);
            _calls.Add(call);
        }

        switch (_plan(call))
        {
            case S3Fate.Forwarded forwarded:
                using (var answer = await ForwardAsync(call, context.Request, body.ToArray()))
                    if (forwarded.AnswerLost)
                        context.Abort();
                    else
                        await CopyAsync(answer, context.Response);
                break;
            case S3Fate.Answered answered:
                context.Response.StatusCode = answered.Status;
                context.Response.ContentType = answered.ContentType;
                if (call.Method != "HEAD")
                    await context.Response.WriteAsync(answered.Body, _stop.Token);
                break;
            case S3Fate.Lost:
                context.Abort();
                break;
            case S3Fate.Silent:
                using (var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted))
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
        }
    }

    async Task<HttpResponseMessage> ForwardAsync(S3Call call, HttpRequest request, byte[] body)
    {
        using var message = new HttpRequestMessage(new HttpMethod(call.Method), _server + call.Target);
        if (body.Length > 0 || call.Method is "PUT" or "POST")
            message.Content = new ByteArrayContent(body);
        // The signature covers them, the host among them.
        foreach (var (name, values) in request.Headers.Where(header => header.Key is not ("Expect" or "Content-Length" or "Connection")))
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        return await _client.SendAsync(message, _stop.Token);
    }

    async Task CopyAsync(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive"))
                response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(response.Body, _stop.Token);
    }
}
