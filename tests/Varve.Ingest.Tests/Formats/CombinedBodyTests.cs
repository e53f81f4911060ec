using System.IO.Compression;
using Varve.Ingest.Formats;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Formats;

public sealed class CombinedBodyTests
{
    const string Front = """203.0.113.7 - - [26/Jan/2019:19:45:25 +0330] """;
    const string Head = """{"EdgeStartTimestamp":"2019-01-26T19:45:25+03:30","ClientIP":"203.0.113.7",""";
    const string Get = "\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/\",\"ClientRequestPath\":\"/\",\"ClientRequestProtocol\":\"HTTP/1.1\"";

    public static TheoryData<string, string> Lines() => new()
    {
        {
            Front + """ "GET /a/b?x=1 HTTP/2.0" 200 30975 "https://example.com/" "Mozilla/5.0 (X11)" """.Trim(),
            Head + """
                   "ClientRequestMethod":"GET","ClientRequestURI":"/a/b?x=1","ClientRequestPath":"/a/b","ClientRequestProtocol":"HTTP/2.0","EdgeResponseStatus":200,
                   """.Trim() + """ "EdgeResponseBytes":30975,"ClientRequestReferer":"https://example.com/","ClientRequestUserAgent":"Mozilla/5.0 (X11)"} """.Trim()
        },
        { Front + "\"GET / HTTP/1.1\" 304 -", Head + Get + ",\"EdgeResponseStatus\":304}" },
        { Front + "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\" \"-\"\r", Head + Get + ",\"EdgeResponseStatus\":200,\"EdgeResponseBytes\":5}" },
        {
            Front + "\"GET / HTTP/1.1\" 200 5 \"-\" \"x\" \"198.51.100.1\" rt=0.1",
            Head + Get + ",\"EdgeResponseStatus\":200,\"EdgeResponseBytes\":5,\"ClientRequestUserAgent\":\"x\",\"LogRest\":\"\\\"198.51.100.1\\\" rt=0.1\"}"
        },
        // Quotes, backslashes and UTF-8, as Apache and nginx escape them.
        {
            Front + """ "GET / HTTP/1.1" 200 5 "-" "a \"b\" \\ \x22c\x22 \xC3\xA9" """.Trim(),
            Head + Get + """,EdgeResponseStatus":200,"EdgeResponseBytes":5,"ClientRequestUserAgent":"a \"b\" \\ \"c\" é"}""".Replace(",Edge", ",\"Edge", StringComparison.Ordinal)
        },
        // Bytes of TLS are no request line and no UTF-8: they stay as they were logged.
        { Front + """ "\x16\x03\x01\x02" 400 166 "-" "-" """.Trim(), Head + """ "Request":"\\x16\\x03\\x01\\x02","EdgeResponseStatus":400,"EdgeResponseBytes":166} """.Trim() },
        { Front + """ "" 400 0 "-" "-" """.Trim(), Head + """ "EdgeResponseStatus":400,"EdgeResponseBytes":0} """.Trim() },
        { Front + """ "-" 408 - "-" "-" """.Trim(), Head + """ "EdgeResponseStatus":408} """.Trim() },
        {
            Front + """ "GET /old" 200 1""".Trim(),
            Head + """ "ClientRequestMethod":"GET","ClientRequestURI":"/old","ClientRequestPath":"/old","EdgeResponseStatus":200,"EdgeResponseBytes":1} """.Trim()
        },
        {
            Front + """ "GET http://example.com:8080/p?q HTTP/1.1" 200 1""".Trim(),
            Head + """ "ClientRequestScheme":"http","ClientRequestHost":"example.com:8080","ClientRequestMethod":"GET","ClientRequestURI":"http://example.com:8080/p?q", """.Trim()
                + """ "ClientRequestPath":"/p","ClientRequestProtocol":"HTTP/1.1","EdgeResponseStatus":200,"EdgeResponseBytes":1} """.Trim()
        },
        {
            "shop.example:443 2001:db8::1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5",
            "{\"EdgeStartTimestamp\":\"2015-05-17T10:05:03+00:00\",\"ClientIP\":\"2001:db8::1\",\"ClientRequestHost\":\"shop.example\"," + Get
                + ",\"EdgeResponseStatus\":200,\"EdgeResponseBytes\":5}"
        },
        {
            "10.0.0.1 id John Q [17/May/2015:10:05:03 -0700] \"GET / HTTP/1.1\" 200 5",
            "{\"EdgeStartTimestamp\":\"2015-05-17T10:05:03-07:00\",\"ClientIP\":\"10.0.0.1\",\"RemoteIdent\":\"id\",\"RemoteUser\":\"John Q\"," + Get
                + ",\"EdgeResponseStatus\":200,\"EdgeResponseBytes\":5}"
        },
        {
            "\"10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"w3af.org\"\"",
            "{\"EdgeStartTimestamp\":\"2015-05-17T10:05:03+00:00\",\"ClientIP\":\"10.0.0.1\"," + Get
                + ",\"EdgeResponseStatus\":200,\"EdgeResponseBytes\":5,\"ClientRequestUserAgent\":\"w3af.org\"}"
        },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_becomes_a_record_with_the_names_of_http_requests(string line, string expected)
    {
        foreach (var chunk in new[] { 1, 5, int.MaxValue })
            Assert.Equal([expected, "", expected], await FormatLines.OfAsync($"{line}\n\n{line}", BodyFormat.Combined, chunk: chunk));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("10.0.0.1 - - [17/Mai/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5")]
    [InlineData("10.0.0.1 - - [17/May/2015:10:05:03] \"GET / HTTP/1.1\" 200 5")]
    [InlineData("10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" ok 5")]
    [InlineData("10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1")]
    [InlineData("10.0.0.1 [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5")]
    [InlineData("{\"a\":1}")]
    public async Task Another_line_is_refused_with_its_text(string line)
    {
        Assert.Equal([$"!not a line of the combined or common log format|{line}"], await FormatLines.OfAsync(line, BodyFormat.Combined));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_escaped_as_servers_do()
    {
        byte[] line = [.. "10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"a"u8, 0xFF, 0xE9, .. "\""u8];

        Assert.EndsWith("""
            "ClientRequestUserAgent":"a\\xFF\\xE9"}
            """.Trim(), (await FormatLines.OfAsync(line, BodyFormat.Combined)).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_longest_length_goes_in_and_a_longer_one_is_refused()
    {
        var limits = new IngestLimits { LineBytesMax = 4096 };
        var line = Front + "\"GET / HTTP/1.1\" 200 5 \"-\" \"";
        var longest = $"{line}{new string('x', limits.LineBytesMax - line.Length - 1)}\"";

        foreach (var extra in new[] { "y", new string('y', 200_000) })
        {
            var lines = await FormatLines.OfAsync($"{longest}\n{extra}{longest}\n{longest}", BodyFormat.Combined, limits: limits);

            Assert.StartsWith(Head, lines[0], StringComparison.Ordinal);
            Assert.StartsWith("!longer than 4096 bytes|", lines[1], StringComparison.Ordinal);
            Assert.Equal(lines[0], lines[2]);
        }
    }

    public static TheoryData<string, int, int> Files() => new()
    {
        { "apache-combined-semicomplete-2015", 10_000, 0 },
        { "nginx-combined-shop-2019-a", 50_000, 0 },
        { "nginx-combined-meatlabel-2025-12", 8_934, 0 },
        { "apache-combined-farm-2024", 865, 0 },
        { "apache-common-farm-2024", 940, 0 },
        { "apache-scan-acunetix-2016", 6_539, 0 },
        { "apache-scan-w3af-2016", 3_996, 0 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    [Trait("category", "conformance")]
    public async Task Real_logs_are_read(string name, int lines, int refused)
    {
        var path = TestData.At("access-logs", $"{name}.log.gz");
        Assert.SkipWhen(path is null, TestData.Missing);
        using var plain = new MemoryStream();
        await using (var file = new GZipStream(File.OpenRead(path!), CompressionMode.Decompress))
            await file.CopyToAsync(plain, TestContext.Current.CancellationToken);

        var records = await FormatLines.OfAsync(plain.ToArray(), BodyFormat.Combined);

        var bad = records.Where(line => line.StartsWith('!')).ToList();
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {records.Count - bad.Count} of {records.Count} lines taken ({100.0 * (records.Count - bad.Count) / records.Count:F3} %)");
        foreach (var line in bad.Take(5))
            TestContext.Current.TestOutputHelper!.WriteLine(line);
        Assert.Equal((lines, refused), (records.Count, bad.Count));
        Assert.All(records.Except(bad), line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }
}
