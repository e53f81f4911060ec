using Amazon.Runtime;

namespace Varve.Storage.S3;

/// <summary>The connections of one store: kept open between requests, and not shared with other stores.</summary>
sealed class S3Connections : HttpClientFactory, IDisposable
{
    const int ExpectBytesMin = 1 << 20;

    readonly HttpClient _client;

    public S3Connections(TimeSpan connectTimeout) => _client = new HttpClient(new Direct
    {
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = connectTimeout,
            // The name of a server that moved is looked up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        },
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Small content is sent without asking first. It saves a round trip; and where a server refuses a put before it has the content, .NET
    /// sends the content all the same, which Ceph then takes for the next request.
    /// </summary>
    sealed class Direct : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content?.Headers.ContentLength < ExpectBytesMin)
                request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
