using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Storage.Tests.S3;

/// <summary>What the store makes of each answer; the proxy stands in place of a server.</summary>
public sealed class S3AnswerTests
{
    const string Bucket = "logs-bucket";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(412, "PreconditionFailed", PutOutcome.Exists, 1)]
    [InlineData(409, "ConditionalRequestConflict", PutOutcome.Unknown, 4)]
    [InlineData(429, "TooManyRequests", PutOutcome.Unknown, 1)]
    [InlineData(500, "InternalError", PutOutcome.Unknown, 1)]
    [InlineData(502, "BadGateway", PutOutcome.Unknown, 1)]
    [InlineData(503, "SlowDown", PutOutcome.Unknown, 1)]
    [InlineData(504, "GatewayTimeout", PutOutcome.Unknown, 1)]
    [InlineData(400, "RequestTimeout", PutOutcome.Unknown, 1)]
    public async Task An_error_of_a_conditional_put_is_never_a_guess(int status, string code, PutOutcome expected, int requests)
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Refuse(status, code));
        using var store = Open(server);

        Assert.Equal(expected, await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));

        Assert.Equal(requests, server.Calls.Count);
        Assert.All(server.Calls, call => Assert.Equal("/logs-bucket/a", call.Target));
    }

    [Fact]
    public async Task A_conflict_that_goes_away_is_a_put_that_was_done()
    {
        await using var server = await S3Proxy.StartAsync(server: null, call => call.Number < 3 ? S3Fate.Refuse(409, "ConditionalRequestConflict") : S3Fate.Answer(200, ""));
        using var store = Open(server);

        Assert.Equal(PutOutcome.Created, await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));

        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task A_server_that_is_silent_makes_a_put_unknown_and_a_read_unavailable()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Hang);
        using var store = new S3ObjectStore($"s3://{Bucket}", CephFixture.NewOptions(server.Endpoint, timeout: TimeSpan.FromMilliseconds(300)));

        Assert.Equal(PutOutcome.Unknown, await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ReadAsync("a", Token));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("no answer in time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_gives_up_on_a_put_gets_the_cancellation()
    {
        using var source = new CancellationTokenSource();
        await using var server = await S3Proxy.StartAsync(server: null, _ =>
        {
            source.Cancel();
            return S3Fate.Hang;
        });
        using var store = Open(server);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutIfAbsentAsync("a", new byte[] { 1 }, source.Token));
    }

    [Theory]
    [InlineData(403, "AccessDenied", FaultKind.Invalid, "access is denied. The keys need the rights")]
    [InlineData(403, "InvalidAccessKeyId", FaultKind.Invalid, "Check AWS_ACCESS_KEY_ID")]
    [InlineData(403, "SignatureDoesNotMatch", FaultKind.Invalid, "Check AWS_SECRET_ACCESS_KEY")]
    [InlineData(400, "ExpiredToken", FaultKind.Invalid, "session token")]
    [InlineData(403, "RequestTimeTooSkewed", FaultKind.Invalid, "clock of this machine")]
    [InlineData(404, "NoSuchBucket", FaultKind.NotFound, "there is no bucket 'logs-bucket'. Make it")]
    [InlineData(400, "AuthorizationHeaderMalformed", FaultKind.Invalid, "Set AWS_REGION")]
    [InlineData(301, "PermanentRedirect", FaultKind.Invalid, "Set AWS_REGION")]
    [InlineData(501, "NotImplemented", FaultKind.Invalid, "does not know this request")]
    [InlineData(400, "InvalidArgument", FaultKind.Invalid, "By the test's plan")]
    [InlineData(429, "TooManyRequests", FaultKind.Unavailable, "Try again later")]
    [InlineData(503, "SlowDown", FaultKind.Unavailable, "Try again later")]
    public async Task An_error_names_bucket_key_and_what_to_do(int status, string code, FaultKind kind, string advice)
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Refuse(status, code));
        using var store = Open(server);

        foreach (var operation in (Func<Task>[])[() => store.ReadAsync("a/b", Token), () => store.PutAsync("a/b", new byte[] { 1 }, Token), () => store.DeleteAsync("a/b", Token)])
        {
            var fault = await Assert.ThrowsAsync<VarveException>(operation);

            Assert.Equal(kind, fault.Kind);
            Assert.Contains("'a/b' in the bucket 'logs-bucket' at " + server.Endpoint, fault.Message, StringComparison.Ordinal);
            Assert.Contains(advice, fault.Message, StringComparison.Ordinal);
            Assert.Contains($"(the server said {status} {code})", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, server.Calls.Count);
    }

    [Fact]
    public async Task What_does_not_speak_S3_is_told_as_that()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, "<html><body><p>Welcome!</body></html>"));
        using var store = Open(server);

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ListFoldersAsync("", Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("does not speak S3. Check the endpoint", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_refused()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, "the whole object", "application/octet-stream"));
        using var store = Open(server);

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ReadRangeAsync("a", 4, 3, Token));

        Assert.Contains("whole objects", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_ignores_the_condition_is_refused_and_told_so()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, ""));
        using var store = Open(server);

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.CheckConditionalPutsAsync(Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("s3://logs-bucket cannot hold tables: its server ignores If-None-Match", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["PUT", "PUT", "DELETE"], server.Calls.Select(call => call.Method));
    }

    static S3ObjectStore Open(S3Proxy server) => new($"s3://{Bucket}", CephFixture.NewOptions(server.Endpoint));
}
