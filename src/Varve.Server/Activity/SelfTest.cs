using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Varve.Datasets;

namespace Varve.Server.Activity;

/// <summary>Sends Logpush's test upload to this server over the network of this machine, as a sender would, through every check on the way.</summary>
sealed class SelfTest(IServer server, ServeOptions options, TimeProvider clock) : IDisposable
{
    const int AnswerCharsMax = 2000;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // The name in the certificate is the one that others use, and its issuer one that they trust; here the server only talks to itself.
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNotAvailable) == 0 },
    })
    { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>Makes the round trip. What fails on the way is in the result.</summary>
    public async Task<TestResult> RunAsync(TableName table, CancellationToken cancellationToken)
    {
        var address = OwnAddress();
        var path = $"/api/ingest/{table.Account}/{table.Zone ?? "-"}/{table.Dataset}";
        var started = clock.GetTimestamp();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = new ByteArrayContent(TestUpload()) };
            request.Content.Headers.ContentEncoding.Add("gzip");
            if ((options.IngestToken ?? options.Token) is { Length: > 0 } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.SendAsync(request, timeout.Token);
            var elapsed = clock.GetElapsedTime(started);
            var answer = await response.Content.ReadAsStringAsync(timeout.Token);
            using var ready = await _http.GetAsync(new Uri(address, "/readyz"), timeout.Token);
            return new TestResult(
                response.IsSuccessStatusCode && ready.IsSuccessStatusCode, path, (int)response.StatusCode,
                answer.Length <= AnswerCharsMax ? answer : answer[..AnswerCharsMax], elapsed.TotalMilliseconds, ready.IsSuccessStatusCode, Words(response, ready));
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var why = fault is HttpRequestException ? fault.Message : $"no answer within {Timeout.TotalSeconds:0} s";
            return new TestResult(false, path, null, null, clock.GetElapsedTime(started).TotalMilliseconds, false, $"The server did not reach itself at {address}: {why}");
        }
    }

    public void Dispose() => _http.Dispose();

    static string Words(HttpResponseMessage upload, HttpResponseMessage ready) => (upload.IsSuccessStatusCode, ready.IsSuccessStatusCode) switch
    {
        (true, true) => $"A sender would see {(int)upload.StatusCode}: the test upload was taken and not stored, and the store answers.",
        (true, false) => "The test upload was taken, but the store does not answer: batches would be refused with 503.",
        _ => $"A sender would see {(int)upload.StatusCode} {upload.ReasonPhrase}.",
    };

    // What Cloudflare uploads when a job is made: test.txt.gz with this text.
    static byte[] TestUpload()
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("""{"content":"tests"}"""u8);
        return body.ToArray();
    }

    Uri OwnAddress()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? throw new UnreachableException("The server has no addresses.");
        var address = addresses.FirstOrDefault(each => each.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.First();
        var uri = new UriBuilder(address.Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal));
        uri.Host = uri.Host switch { "0.0.0.0" => "127.0.0.1", "[::]" => "[::1]", var own => own };
        return uri.Uri;
    }
}

/// <summary>What a sender would see.</summary>
/// <param name="Ok">True when the upload was answered with success and the store answers.</param>
/// <param name="Path">The path that it was sent to.</param>
/// <param name="Status">The status it was answered with; null when there was no answer.</param>
/// <param name="Answer">The body of the answer.</param>
/// <param name="ElapsedMs">From sending to the answer.</param>
/// <param name="StoreAnswers">Whether the object store answers.</param>
/// <param name="Message">The same in a sentence.</param>
sealed record TestResult(bool Ok, string Path, int? Status, string? Answer, double ElapsedMs, bool StoreAnswers, string Message);
