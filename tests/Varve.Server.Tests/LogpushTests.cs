using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Varve.Server.Tests;

/// <summary>The HTTP destination of Logpush.</summary>
public sealed class LogpushTests
{
    const string Path = "/api/ingest/acme/shop/http_requests";
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"content":"tests"}""", true)]
    [InlineData("""{"content":"test"}""", true)]
    [InlineData(" { \"content\" :\n \"tests\" }\n", true)]
    [InlineData("""{"content":"tested"}""", false)]
    [InlineData("""{"content":"tests","RayID":"a"}""", false)]
    [InlineData("{\"content\":\"tests\"}\n{\"RayID\":\"a\"}", false)]
    [InlineData("""{"content":7}""", false)]
    [InlineData("""["content"]""", false)]
    public async Task The_upload_that_tests_a_destination_is_answered_and_not_stored(string body, bool isTest)
    {
        await using var server = await RunningServer.StartAsync();

        foreach (var (gzip, header) in new[] { (false, false), (true, false), (true, true) })
        {
            using var response = await SendAsync(server, $"{Path}/test.txt.gz", gzip ? Gzip(body) : Encoding.UTF8.GetBytes(body), encoding: header ? "gzip" : null);
            var answer = await RunningServer.ReadAsync(response);

            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(isTest, answer.TryGetProperty("test", out var test) && test.GetBoolean());
            if (isTest)
                Assert.Equal("""{"accepted":0,"rejected":0,"filtered":0,"repeated":false,"version":null,"rejects":[],"test":true}""", answer.GetRawText());
        }

        Assert.Equal(isTest, (await server.GetAsync("/api/scopes")).GetProperty("scopes").GetArrayLength() == 0);
    }

    [Fact]
    public async Task A_job_of_Logpush_delivers_with_its_own_headers_and_names()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "T");

        // As a job with destination_conf https://host/api/ingest/…?header_Authorization=Bearer%20T&tags=a sends it.
        var answer = await server.SendRawAsync("""
            POST /api/ingest/acme/shop/http_requests?tags=a HTTP/1.1
            Host: {host}
            User-Agent: Go-http-client/1.1
            Content-Length: {length}
            Authorization: Bearer T
            Content-Encoding: gzip
            Accept-Encoding: gzip
            """, Gzip($"{Line}\n{Line}\n"));

        Assert.Equal((200, 2), (answer.Status, answer.Json.GetProperty("accepted").GetInt32()));
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("PUT", "")]
    [InlineData("PUT", "/20261122T100000Z_20261122T100030Z_1a2b3c4d.log.gz")]
    [InlineData("POST", "/a%20b")]
    public async Task A_name_may_follow_the_address(string method, string name)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path + name, Gzip($"{Line}\nnonsense"), method: method);

        Assert.Equal(200, (int)response.StatusCode);
        var source = Assert.Single(await server.RowsAsync("SELECT Source FROM _rejects"));
        Assert.EndsWith(name.Length == 0 ? "" : Uri.UnescapeDataString(name[1..]), source, StringComparison.Ordinal);
    }

    public static TheoryData<string, string?, string> Forms() => new()
    {
        { "", null, Line + "\n" + Line },
        { "", null, $"[{Line},\n{Line}]" },
        { "?format=json", null, $"[{Line},{Line}]" },
        { "", null, $$"""{"events":[{"info":{{Line}}},{"info":{{Line}}}]}""" },
        { "?format=csv", null, "RayID,EdgeStartTimestamp\na,2026-11-22T10:00:00Z\na,2026-11-22T10:00:00Z" },
        { "", "text/csv; charset=utf-8", "RayID,EdgeStartTimestamp\na,2026-11-22T10:00:00Z\na,2026-11-22T10:00:00Z" },
        { "?header_Content-Type=text/csv", null, "RayID,EdgeStartTimestamp\na,2026-11-22T10:00:00Z\na,2026-11-22T10:00:00Z" },
        { "?format=CSV&fields=RayID,%20EdgeStartTimestamp", null, "a,2026-11-22T10:00:00Z\na,2026-11-22T10:00:00Z" },
        { "", "text/tab-separated-values", "RayID\tEdgeStartTimestamp\na\t2026-11-22T10:00:00Z\na\t2026-11-22T10:00:00Z" },
        { "?format=auto", "text/csv", $"{Line}\n{Line}" },
        {
            "?format=combined&sample_rate=0.5", null,
            "1.2.3.4 - - [22/Nov/2026:11:00:00 +0100] \"GET / HTTP/1.1\" 200 5\n1.2.3.4 - - [22/Nov/2026:11:00:00 +0100] \"GET / HTTP/1.1\" 200 5"
        },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_is_taken_by_parameter_type_or_look(string query, string? contentType, string body)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path + query, Encoding.UTF8.GetBytes(body), contentType: contentType);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal((2, 0), ((await RunningServer.ReadAsync(response)).GetProperty("accepted").GetInt32(), (await RunningServer.ReadAsync(response)).GetProperty("rejected").GetInt32()));
        Assert.Equal(["2026-11-22T10:00:00Z | 2"], await server.RowsAsync("SELECT min(EdgeStartTimestamp), count(*) FROM http_requests"));
    }

    [Fact]
    public async Task What_could_not_be_turned_into_a_record_is_kept_with_its_text_and_reason()
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path + "?format=csv", Encoding.UTF8.GetBytes("RayID,ClientIP\n\"a\nb\",1.1.1.1,x\nc,2.2.2.2\n"));

        Assert.Equal(2, (await RunningServer.ReadAsync(response)).GetProperty("rejected").GetInt32());
        var rows = await server.RowsAsync("SELECT LineNumber, Reason, Line, LineBytes FROM _rejects ORDER BY LineNumber");
        Assert.Equal(["2 | has 3 fields where 2 are named | \"a | 2", "3 | has 3 fields where 2 are named | b\",1.1.1.1,x | 12"], rows);
    }

    [Theory]
    [InlineData("?format=xml", "format is 'xml'")]
    [InlineData("?format=1", "format is '1'")]
    [InlineData("?sample_rate=0", "sample_rate is '0'")]
    [InlineData("?sample_rate=1.01", "sample_rate is '1.01'")]
    [InlineData("?sample_rate=-0.5", "sample_rate")]
    [InlineData("?sample_rate=NaN", "sample_rate")]
    [InlineData("?header_Idempotency-Key=a%20b", "Idempotency-Key")]
    public async Task A_parameter_that_cannot_be_is_refused(string query, string message)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path + query, Encoding.UTF8.GetBytes(Line));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, (await RunningServer.ReadAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 400)]
    public async Task An_idempotency_key_has_a_longest_length(int length, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path, Encoding.UTF8.GetBytes(Line), key: new string('k', length));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("gzip", 400, "not gzip")]
    [InlineData("br", 415, "'br'")]
    [InlineData("zstd", 415, "'zstd'")]
    [InlineData("deflate", 415, "'deflate'")]
    [InlineData("identity", 200, null)]
    public async Task An_encoding_that_is_not_the_bodys_is_said_to_be(string encoding, int status, string? message)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, Path, Encoding.UTF8.GetBytes(Line), encoding: encoding);

        Assert.Equal(status, (int)response.StatusCode);
        if (message is not null)
            Assert.Contains(message, (await RunningServer.ReadAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_body_and_one_that_comes_in_pieces_are_read_whole()
    {
        await using var server = await RunningServer.StartAsync();
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Line + "\n", 5_000)));

        foreach (var content in new HttpContent[] { new ByteArrayContent(body), new StreamContent(new SlowStream(body)), new ByteArrayContent(Gzip(Encoding.UTF8.GetString(body) + Line)) })
        {
            using var response = await server.Http.PostAsync(Path, content, Cancellation);
            Assert.InRange((await RunningServer.ReadAsync(response)).GetProperty("accepted").GetInt32(), 5_000, 5_001);
        }
    }

    internal static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    static Task<HttpResponseMessage> SendAsync(
        RunningServer server, string path, byte[] body, string? contentType = null, string? encoding = null, string? key = null, string method = "POST")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return server.Http.SendAsync(request, Cancellation);
    }

    /// <summary>Gives a few bytes a read.</summary>
    sealed class SlowStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(Position < 100 ? buffer[..7] : buffer, cancellationToken);
    }
}
