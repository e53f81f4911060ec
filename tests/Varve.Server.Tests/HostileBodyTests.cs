using System.Net.Http.Headers;
using System.Text;
using CsCheck;

namespace Varve.Server.Tests;

/// <summary>Damaged bodies of the agents' protocols: whatever they are, they are the sender's fault.</summary>
public sealed class HostileBodyTests
{
    const string Json = """
        {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeLogs":[{"scope":{"name":"n"},"logRecords":[
        {"timeUnixNano":"1795860000123456789","severityNumber":9,"traceId":"5B8EFFF798038103D269B633813FC60C","body":{"kvlistValue":{"values":[{"key":"a","value":
        {"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":1.5},{"bytesValue":"AQI="}]}}}]}},"flags":1}]}]}]}
        """;

    static readonly byte[] Protobuf = OtlpTests.Request(
        OtlpTests.Resource(OtlpTests.Attribute("service.name", OtlpTests.Text("s"))),
        OtlpTests.Record(1, OtlpTests.List(OtlpTests.Text("a"), OtlpTests.List(OtlpTests.Text("b"))), OtlpTests.Attribute("k", OtlpTests.Text("v"))));

    static readonly byte[] Bulk = Encoding.UTF8.GetBytes("""
        {"index":{"_index":"http_requests","_id":"1"}}
        {"@timestamp":"2026-11-28T10:00:00Z","RayID":"a","\u0040timestamp":1}
        {"delete":{"_index":"http_requests","_id":"2"}}
        {"create":{}}
        {"RayID":"b","x":[{"y":1}]}

        """);

    static readonly Gen<(int At, byte Value, int Kind)[]> Damage =
        Gen.Select(Gen.Int[0, 4096], Gen.OneOf(Gen.Byte, Gen.Int[0, 13].Select(each => "\"{}[]:,\\\n 0nu\0"u8.ToArray()[each])), Gen.Int[0, 3]).Array[1, 4];

    [Theory]
    [InlineData("/es/acme/shop/http_requests/_bulk", "application/x-ndjson")]
    [InlineData("/otlp/acme/shop/otel_logs/v1/logs", "application/x-protobuf")]
    [InlineData("/otlp/acme/shop/http_requests/v1/logs", "application/json")]
    public async Task A_damaged_body_is_taken_in_part_or_refused_and_is_never_an_error_of_the_server(string path, string contentType)
    {
        await using var server = await RunningServer.StartAsync();
        var whole = contentType switch
        {
            "application/json" => Encoding.UTF8.GetBytes(Json),
            "application/x-protobuf" => Protobuf,
            _ => Bulk,
        };
        var statuses = new HashSet<int>();

        await Damage.SampleAsync(
            async damage =>
            {
                using var content = new ByteArrayContent(Apply(whole, damage));
                content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
                using var response = await server.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
                statuses.Add((int)response.StatusCode);
                Assert.Contains((int)response.StatusCode, new[] { 200, 400 });
            }, iter: 150, threads: 1);

        Assert.Equal([200, 400], statuses.Order());
    }

    static byte[] Apply(byte[] whole, (int At, byte Value, int Kind)[] damage)
    {
        var body = new List<byte>(whole);
        foreach (var (at, value, kind) in damage)
        {
            var place = body.Count == 0 ? 0 : at % body.Count;
            if (kind == 0)
                body.Insert(place, value);
            else if (kind == 1 && body.Count > 0)
                body.RemoveAt(place);
            else if (kind == 2 && body.Count > 0)
                body[place] = value;
            else if (body.Count > place + 3)
                body.RemoveRange(place, 3);
        }

        return [.. body];
    }
}
