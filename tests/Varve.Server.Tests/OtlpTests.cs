using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using Varve.Ingest;

namespace Varve.Server.Tests;

/// <summary>Logs over OTLP/HTTP.</summary>
public sealed partial class OtlpTests
{
    const string Path = "/otlp/acme/shop/otel_logs/v1/logs";
    const ulong Nanoseconds = 1_795_860_000_123_456_789;
    const string Time = "2026-11-28T10:00:00.123456Z";

    static readonly byte[] Trace = Convert.FromHexString("5b8efff798038103d269b633813fc60c");
    static readonly byte[] Span = Convert.FromHexString("eee19b7ec3c1b174");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_collector_delivers_gzip_of_Protobuf()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "in");
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "all");
        var body = Request(
            Resource(Attribute("service.name", Text("checkout")), Attribute("host.name", Text("h1"))),
            Record(Nanoseconds, Text("it failed"), Attribute("attempt", Int(3)), Attribute("tags", List(Text("a"), Text("b")))));

        var answer = await server.SendRawAsync("""
            POST /otlp/acme/shop/otel_logs/v1/logs HTTP/1.1
            Host: {host}
            User-Agent: OpenTelemetry Collector Contrib/0.110.0 (linux/amd64)
            Content-Length: {length}
            Authorization: Bearer in
            Content-Encoding: gzip
            Content-Type: application/x-protobuf
            Accept-Encoding: gzip
            """, GzipOf(body));

        Assert.Equal((200, "application/x-protobuf", 0), (answer.Status, answer.Headers["Content-Type"], answer.Body.Length));
        Assert.Equal(
            [$$"""{{Time}} | {{Time}} | ERROR | 17 | it failed | 5b8efff798038103d269b633813fc60c | eee19b7ec3c1b174 | 1 | order.failed | checkout | scope | 1.2 | {"service.name":"checkout","host.name":"h1"} | {"k":"v"} | {"attempt":"3","tags":"[\"a\",\"b\"]"} | """],
            await server.RowsAsync("""
                SELECT Timestamp, ObservedTimestamp, SeverityText, SeverityNumber, Body, TraceId, SpanId, Flags, EventName, ServiceName, ScopeName, ScopeVersion,
                ResourceAttributes, ScopeAttributes, LogAttributes, _extra FROM otel_logs
                """));
    }

    [Fact]
    public async Task JSON_is_taken_as_the_specification_writes_it()
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.PostAsync(Path, """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},"scopeLogs":[{
              "scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"s","value":{"boolValue":true}}]},
              "logRecords":[
                {"timeUnixNano":"1795860000123456789","observedTimeUnixNano":"1795860001000000000","severityNumber":10,"severityText":"Information",
                 "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","body":{"stringValue":"Example"},"flags":1,"eventName":"e","unknown":{"a":[1]},
                 "attributes":[{"key":"i","value":{"intValue":"637704"}},{"key":"d","value":{"doubleValue":637.704}},{"key":"b","value":{"bytesValue":"AQI="}},
                   {"key":"m","value":{"kvlistValue":{"values":[{"key":"x","value":{"stringValue":"y"}}]}}},{"key":"none","value":{}}]},
                {"observed_time_unix_nano":1795860002000000000,"body":{"kvlistValue":{"values":[{"key":"n","value":{"intValue":1}}]}}}]}]}]}
            """);

        Assert.Equal((200, "{}"), ((int)response.StatusCode, (await RunningServer.ReadAsync(response)).GetRawText()));
        Assert.Equal(
            [
                $$"""{{Time}} | 2026-11-28T10:00:01Z | 10 | Example | 5b8efff798038103d269b633813fc60c | my.service | {"s":"true"} | {"i":"637704","d":"637.704","b":"AQI=","m":"{\"x\":\"y\"}","none":null}""",
                """2026-11-28T10:00:02Z | 2026-11-28T10:00:02Z |  | {"n":1} |  | my.service | {"s":"true"} | """,
            ],
            await server.RowsAsync("SELECT Timestamp, ObservedTimestamp, SeverityNumber, Body, TraceId, ServiceName, ScopeAttributes, LogAttributes FROM otel_logs ORDER BY Timestamp"));
    }

    [Fact]
    public async Task For_another_dataset_an_attribute_named_like_a_field_becomes_it()
    {
        await using var server = await RunningServer.StartAsync();
        var body = Request(
            Resource(Attribute("ClientIP", Text("9.9.9.9")), Attribute("service.name", Text("edge"))),
            Record(Nanoseconds, Text("GET /"), Attribute("ClientIP", Text("1.2.3.4")), Attribute("edgeresponsestatus", Int(403)), Attribute("other", Text("x"))));

        using var response = await server.Http.PostAsync("/otlp/acme/shop/http_requests/v1/logs", Protobuf(body), Cancellation);

        Assert.Equal(200, (int)response.StatusCode);
        var row = Assert.Single(await server.RowsAsync("SELECT EdgeStartTimestamp, ClientIP, EdgeResponseStatus, _extra FROM http_requests"));
        Assert.StartsWith($"{Time} | 1.2.3.4 | 403 | ", row, StringComparison.Ordinal);
        using var extra = JsonDocument.Parse(row[row.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(["other", "service.name", "Body", "SeverityText", "SeverityNumber", "TraceId", "SpanId", "EventName", "ScopeName"], extra.RootElement.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task The_SDK_of_NET_exports_real_logs()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "in");
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "all");

        using (var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("sdk-test", serviceInstanceId: "i1"));
            options.AddOtlpExporter((exporter, processor) =>
            {
                exporter.Endpoint = new Uri(server.Http.BaseAddress!, Path);
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Headers = "Authorization=Bearer in";
                processor.ExportProcessorType = ExportProcessorType.Simple;
            });
        })))
        {
            var logger = factory.CreateLogger("Shop.Checkout");
            Slow(logger, "o-1", 2.5);
            Failed(logger, new InvalidOperationException("broken"), "o-2");
        }

        var rows = await server.RowsAsync("SELECT ServiceName, ScopeName, SeverityText, SeverityNumber, Body, LogAttributes FROM otel_logs ORDER BY Timestamp");
        Assert.Equal(2, rows.Count);
        Assert.StartsWith("sdk-test | Shop.Checkout | Warning | 13 | Order {OrderId} took {Seconds} s | ", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"OrderId\":\"o-1\",\"Seconds\":\"2.5\"", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"exception.message\":\"broken\"", rows[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/otlp/acme/shop/nope/v1/logs", 404, 5)]
    [InlineData("/otlp/acme/shop/otel_logs/v1/traces", 404, 5)]
    [InlineData("/otlp/ac%20me/shop/otel_logs/v1/logs", 400, 3)]
    public async Task A_fault_is_a_status_in_the_encoding_of_the_request(string path, int status, int code)
    {
        await using var server = await RunningServer.StartAsync();
        var body = Request(Resource(), Record(Nanoseconds, Text("x")));

        using var protobuf = await server.Http.PostAsync(path, Protobuf(body), Cancellation);
        using var json = await server.PostAsync(path, """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}""");

        Assert.Equal((status, status), ((int)protobuf.StatusCode, (int)json.StatusCode));
        Assert.Equal("application/x-protobuf", protobuf.Content.Headers.ContentType?.MediaType);
        var message = (await RunningServer.ReadAsync(json)).GetProperty("message").GetString()!;
        Assert.Equal(code, (await RunningServer.ReadAsync(json)).GetProperty("code").GetInt32());
        Assert.Equal([0x08, (byte)code, .. Field(2, Encoding.UTF8.GetBytes(message))], await protobuf.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Bodies_that_are_no_request_are_refused()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(400, await StatusAsync(server, new byte[] { 0x0A, 0xFF }, "application/x-protobuf"));
        Assert.Equal(400, await StatusAsync(server, "[1]"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, "{\"resourceLogs\":{}}"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"xyz\"}]}]}]}"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"flags\":4294967296}]}]}]}"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":1.5}]}]}]}"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"\\ud800\"}}]}]}]}"u8.ToArray(), "application/json"));
        Assert.Equal(400, await StatusAsync(server, GzipOf(Request(Resource()))[..^4], "application/x-protobuf"));
        Assert.Equal(415, await StatusAsync(server, "{}"u8.ToArray(), "text/plain"));
        Assert.Equal(200, await StatusAsync(server, [], "application/x-protobuf"));
        Assert.Equal(200, await StatusAsync(server, "{}"u8.ToArray(), "application/json"));
        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
    }

    [Fact]
    public async Task A_request_has_a_longest_size()
    {
        var body = Request(Resource(), Record(Nanoseconds, Text("x")));
        await using var fits = await RunningServer.StartAsync(protocols: new ProtocolLimits { OtlpBytesMax = body.Length });
        await using var tooLong = await RunningServer.StartAsync(protocols: new ProtocolLimits { OtlpBytesMax = body.Length - 1 });
        await using var busy = await RunningServer.StartAsync(protocols: new ProtocolLimits { HeldBytesMax = body.Length - 1 });

        Assert.Equal(200, await StatusAsync(fits, GzipOf(body), "application/x-protobuf"));
        Assert.Equal(413, await StatusAsync(tooLong, GzipOf(body), "application/x-protobuf"));
        using var response = await busy.Http.PostAsync(Path, Protobuf(body), Cancellation);
        Assert.Equal((429, true), ((int)response.StatusCode, response.Headers.RetryAfter is not null));
    }

    [Fact]
    public async Task Records_that_are_rejected_are_a_partial_success()
    {
        await using var server = await RunningServer.StartAsync(ingest: new IngestLimits { LineBytesMax = 4096 });
        var longText = new string('x', 4097);

        var body = Request(Resource(), Record(Nanoseconds, Text("fits")), Record(Nanoseconds, Text(longText)));
        using var protobuf = await server.Http.PostAsync(Path, Protobuf(body), Cancellation);
        using var json = await server.PostAsync(Path, $$$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"{{{longText}}}"}},{"body":{"stringValue":"y"}}]}]}]}""");

        Assert.Equal((200, 200), ((int)protobuf.StatusCode, (int)json.StatusCode));
        var message = "record 2: longer than 4096 bytes"u8;
        Assert.Equal(Field(1, [0x08, 0x01, .. Field(2, message.ToArray())]), await protobuf.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("""{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"record 1: longer than 4096 bytes"}}""", (await RunningServer.ReadAsync(json)).GetRawText());
    }

    [LoggerMessage(7, LogLevel.Warning, "Order {OrderId} took {Seconds} s")]
    static partial void Slow(ILogger logger, string orderId, double seconds);

    [LoggerMessage(8, LogLevel.Error, "Order {OrderId} failed")]
    static partial void Failed(ILogger logger, Exception fault, string orderId);

    static async Task<int> StatusAsync(RunningServer server, byte[] body, string contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await server.Http.PostAsync(Path, content, Cancellation);
        return (int)response.StatusCode;
    }

    static ByteArrayContent Protobuf(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        return content;
    }

    static byte[] GzipOf(byte[] body)
    {
        using var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return stream.ToArray();
    }

    // The wire format by hand, from the numbers of the public definitions, so that a mistake in the server's copy of them shows.
    internal static byte[] Request(byte[] resource, params byte[][] records) =>
        Field(1, [.. Field(1, resource), .. Field(2, [.. Field(1, Scope()), .. records.SelectMany(record => Field(2, record))])]);

    internal static byte[] Resource(params byte[][] attributes) => [.. attributes.SelectMany(attribute => Field(1, attribute))];

    static byte[] Scope() => [.. Field(1, "scope"u8.ToArray()), .. Field(2, "1.2"u8.ToArray()), .. Field(3, Attribute("k", Text("v")))];

    internal static byte[] Record(ulong time, byte[] body, params byte[][] attributes) =>
    [
        0x09, .. BitConverter.GetBytes(time), 0x10, 17, .. Field(3, "ERROR"u8.ToArray()), .. Field(5, body), .. attributes.SelectMany(attribute => Field(6, attribute)),
        0x38, 2, 0x45, 1, 0, 0, 0, .. Field(9, Trace), .. Field(10, Span), 0x59, .. BitConverter.GetBytes(time), .. Field(12, "order.failed"u8.ToArray()),
    ];

    internal static byte[] Attribute(string key, byte[] value) => [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, value)];

    internal static byte[] Text(string text) => Field(1, Encoding.UTF8.GetBytes(text));

    static byte[] Int(int number) => [0x18, .. Varint(number)];

    internal static byte[] List(params byte[][] items) => Field(5, [.. items.SelectMany(item => Field(1, item))]);

    static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint(content.Length), .. content];

    static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }
}
