using System.Text;
using System.Text.Json;
using Varve.Ingest;

namespace Varve.Server.Tests;

/// <summary>Agents that write to Elasticsearch, by the requests that they send.</summary>
public sealed class ElasticTests
{
    const string Document = """{"RayID":"a","EdgeStartTimestamp":"2026-11-28T10:00:00Z"}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vector_finds_a_healthy_cluster_and_its_events_are_stored()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "in");
        server.Http.DefaultRequestHeaders.Add("X-Varve-Token", "all");
        var head = $$"""
            content-type: application/x-ndjson
            user-agent: Vector/0.42.0 (x86_64-unknown-linux-gnu 3d16e34 2024-10-21 14:10:14.375255220)
            authorization: Basic {{Convert.ToBase64String("vector:in"u8)}}
            accept-encoding: zstd,gzip,deflate,br
            host: {host}
            """;

        var root = await server.SendRawAsync($"GET /es/acme/shop/ HTTP/1.1\n{head}", []);
        var health = await server.SendRawAsync($"GET /es/acme/shop/_cluster/health HTTP/1.1\n{head}", []);
        var bulk = await server.SendRawAsync($"POST /es/acme/shop/_bulk HTTP/1.1\n{head}\ncontent-length: {{length}}", Encoding.UTF8.GetBytes(
            """{"create":{"_index":"logs-http_requests-default"}}""" + "\n"
            + """{"@timestamp":"2026-11-28T10:00:00.123Z","RayID":"v1","data_stream":{"dataset":"http_requests","namespace":"default","type":"logs"}}""" + "\n"
            + """{"create":{"_index":"logs-http_requests-default"}}""" + "\n"
            + """{"@timestamp":"2026-11-28T10:00:01Z","RayID":"v2"}""" + "\n"));

        Assert.Equal((200, 200, 200), (root.Status, health.Status, bulk.Status));
        Assert.Equal(("8", "green"), (root.Json.GetProperty("version").GetProperty("number").GetString()!.Split('.')[0], health.Json.GetProperty("status").GetString()));
        // Agents look for these very letters.
        Assert.Contains("\"errors\":false,\"items\":[", bulk.Text, StringComparison.Ordinal);
        Assert.Equal(["v1 | 2026-11-28T10:00:00.123Z", "v2 | 2026-11-28T10:00:01Z"], await server.RowsAsync("SELECT RayID, EdgeStartTimestamp FROM http_requests ORDER BY RayID"));
    }

    [Fact]
    public async Task Fluent_Bit_writes_with_a_type_and_a_date_in_the_index()
    {
        await using var server = await RunningServer.StartAsync();

        var bulk = await server.SendRawAsync("""
            POST /es/acme/shop/_bulk HTTP/1.1
            Host: {host}
            Content-Length: {length}
            User-Agent: Fluent-Bit
            Content-Type: application/x-ndjson
            Connection: keep-alive
            """, Encoding.UTF8.GetBytes("""{"create":{"_index":"http_requests-2026.11.28","_type":"_doc"}}""" + "\n" + """{"@timestamp":"2026-11-28T10:00:00.000Z","log":"line","RayID":"f"}""" + "\n"));

        Assert.Equal(200, bulk.Status);
        Assert.Equal("http_requests-2026.11.28", bulk.Json.GetProperty("items")[0].GetProperty("create").GetProperty("_index").GetString());
        Assert.Equal(201, bulk.Json.GetProperty("items")[0].GetProperty("create").GetProperty("status").GetInt32());
        Assert.Equal(["f | {\"log\":\"line\"}"], await server.RowsAsync("SELECT RayID, _extra FROM http_requests"));
    }

    [Fact]
    public async Task Filebeat_is_content_with_the_licence_and_the_templates_and_sends_gzip()
    {
        await using var server = await RunningServer.StartAsync();
        const string Head = """
            Host: {host}
            User-Agent: Elastic-filebeat/8.15.0 (linux; amd64; 6fa5ee7b5ed0a5d4f9c0dd5ef4b94fd4ac7d4f02; 2024-08-05 12:00:00 +0000 UTC)
            Accept: application/json
            """;

        var root = await server.SendRawAsync($"GET /es/acme/shop HTTP/1.1\n{Head}", []);
        var license = await server.SendRawAsync($"GET /es/acme/shop/_license?human=false HTTP/1.1\n{Head}", []);
        var template = await server.SendRawAsync($"HEAD /es/acme/shop/_index_template/filebeat-8.15.0 HTTP/1.1\n{Head}", []);
        var policy = await server.SendRawAsync($"GET /es/acme/shop/_ilm/policy/filebeat HTTP/1.1\n{Head}", []);
        var put = await server.SendRawAsync($"PUT /es/acme/shop/_index_template/filebeat-8.15.0 HTTP/1.1\n{Head}\nContent-Type: application/json; charset=UTF-8\nContent-Length: {{length}}", "{}"u8.ToArray());
        var bulk = await server.SendRawAsync(
            $"POST /es/acme/shop/_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status HTTP/1.1\n{Head}\nContent-Type: application/json; charset=UTF-8\nContent-Encoding: gzip\nContent-Length: {{length}}",
            LogpushTests.Gzip("""
                {"index":{"_index":"http_requests","_id":"x1","pipeline":"p"}}
                {"@timestamp":"2026-11-28T10:00:00.000Z","host":{"name":"h"},"RayID":"b"}

                """));

        Assert.Equal([200, 200, 200, 200, 200, 200], new[] { root, license, template, policy, put, bulk }.Select(answer => answer.Status));
        Assert.All([root, license, template, policy, put, bulk], answer => Assert.Equal("Elasticsearch", answer.Headers["X-Elastic-Product"]));
        Assert.Equal(("active", "basic"), (license.Json.GetProperty("license").GetProperty("status").GetString(), license.Json.GetProperty("license").GetProperty("type").GetString()));
        Assert.True(put.Json.GetProperty("acknowledged").GetBoolean());
        Assert.Equal("""{"index":{"_index":"http_requests","_id":"x1","_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"status":201}}""", bulk.Json.GetProperty("items")[0].GetRawText());
    }

    [Fact]
    public async Task What_agents_ask_besides_is_answered_in_their_form()
    {
        await using var server = await RunningServer.StartAsync();
        (string Method, string Path, int Status)[] calls =
        [
            ("GET", "_xpack", 200), ("GET", "_nodes/http", 200), ("HEAD", "", 200), ("HEAD", "http_requests", 200), ("GET", "_template/logstash", 200),
            ("PUT", "_component_template/logs", 200), ("PUT", "_data_stream/logs-a-default", 200), ("PUT", "_ingest/pipeline/p", 200), ("GET", "_search", 404), ("POST", "a/b/c", 404),
        ];

        foreach (var (method, path, status) in calls)
        {
            using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/es/acme/shop/{path}"), Cancellation);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal("Elasticsearch", response.Headers.GetValues("X-Elastic-Product").Single());
            if (status == 404)
                Assert.Equal(404, (await RunningServer.ReadAsync(response)).GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task Each_item_has_its_own_fate()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await BulkAsync(server, """
            {"index":{"_index":"http_requests"}}
            DOCUMENT
            {"create":{"_index":"http_requests"}}
            not json
            {"create":{"_index":"nginx-2026.11.28"}}
            {"a":1}
            {"update":{"_index":"http_requests","_id":"1"}}
            {"doc":{"a":1}}
            {"delete":{"_index":"http_requests","_id":"2"}}
            {"create":{"_index":"_rejects"}}
            {"a":1}
            {"create":{"_index":"firewall_events"}}
            {"Datetime":"2026-11-28T10:00:00Z","RayID":"w","@timestamp":"2020-01-01T00:00:00Z"}
            {"create":{"_index":"http_requests"}}
            DOCUMENT
            """.Replace("DOCUMENT", Document, StringComparison.Ordinal));

        var items = answer.GetProperty("items").EnumerateArray().Select(item => item.EnumerateObject().Single()).ToList();
        Assert.True(answer.GetProperty("errors").GetBoolean());
        Assert.Equal([201, 400, 404, 400, 400, 404, 201, 201], items.Select(item => item.Value.GetProperty("status").GetInt32()));
        Assert.Equal(["index", "create", "create", "update", "delete", "create", "create", "create"], items.Select(item => item.Name));
        var errors = items.Where(item => item.Value.TryGetProperty("error", out _)).Select(item => item.Value.GetProperty("error")).ToList();
        Assert.Equal(["document_parsing_exception", "index_not_found_exception", "illegal_argument_exception", "illegal_argument_exception", "index_not_found_exception"], errors.Select(error => error.GetProperty("type").GetString()));
        Assert.StartsWith("not JSON", errors[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("declare", errors[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(["2"], await server.RowsAsync("SELECT count(*) FROM http_requests"));
        Assert.Equal(["w | 2026-11-28T10:00:00Z | {\"@timestamp\":\"2020-01-01T00:00:00Z\"}"], await server.RowsAsync("SELECT RayID, Datetime, _extra FROM firewall_events"));
        Assert.Equal(["not json"], await server.RowsAsync("SELECT Line FROM _rejects"));
    }

    [Fact]
    public async Task An_index_stands_for_a_dataset_by_its_name()
    {
        await using var server = await RunningServer.StartAsync();
        string[] known =
        [
            "http_requests", "HTTP_Requests", "http.requests", "http_requests-2026.11.28", "http_requests-2026-11-28", "http_requests_20261128", "http_requests-2026.11",
            "http_requests-2026.11.28.10", "logs-http_requests-prod", "logs-http.requests-prod", "logs-http_requests-prod-2026.11.28",
        ];
        string[] unknown = ["logs-http_requests", "a-logs-http_requests-prod", "requests", "http_requests-2026.11.281", ""];

        var answer = await BulkAsync(server, string.Concat(known.Concat(unknown).Select(index => $$$"""{"index":{"_index":"{{{index}}}"}}""" + "\n" + Document + "\n")));

        Assert.Equal(
            [.. known.Select(_ => 201), .. unknown.Select(_ => 404)],
            answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("index").GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task A_malformed_bulk_is_refused_before_anything_is_stored()
    {
        await using var server = await RunningServer.StartAsync();
        string[] actions = ["{\"index\":{}}", "{\"store\":{}}\n{}", "[]\n{}", "{\"index\":{},\"create\":{}}\n{}", "{\"index\":\"x\"}\n{}", "\"\\ud800\"\n{}", "{\"index\":{\"_index\":\"\\ud800\"}}\n{}", "x"];

        foreach (var action in actions)
        {
            using var response = await server.PostAsync("/es/acme/shop/http_requests/_bulk", $"{{\"index\":{{}}}}\n{Document}\n{action}\n", "application/x-ndjson");
            Assert.Equal(400, (int)response.StatusCode);
            Assert.Equal("illegal_argument_exception", (await RunningServer.ReadAsync(response)).GetProperty("error").GetProperty("type").GetString());
        }

        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
    }

    [Fact]
    public async Task A_bulk_has_a_longest_size_and_a_highest_number_of_items()
    {
        var body = $"{{\"index\":{{}}}}\n{Document}\n";
        await using var server = await RunningServer.StartAsync(protocols: new ProtocolLimits { BulkBytesMax = 2 * body.Length, BulkItemsMax = 2 });
        await using var one = await RunningServer.StartAsync(protocols: new ProtocolLimits { BulkItemsMax = 1 });

        Assert.Equal(200, await StatusAsync(server, body + body));
        Assert.Equal(413, await StatusAsync(server, body + body + "\n"));
        Assert.Equal(200, await StatusAsync(one, body));
        Assert.Equal(413, await StatusAsync(one, body + body));
    }

    [Fact]
    public async Task A_document_over_the_limit_of_lines_is_rejected_alone_and_kept_in_part()
    {
        await using var server = await RunningServer.StartAsync(ingest: new IngestLimits { LineBytesMax = 4096 });

        var answer = await BulkAsync(server, $"{{\"index\":{{\"_index\":\"http_requests\"}}}}\n{{\"a\":\"{new string('x', 300_000)}\"}}\n{{\"index\":{{\"_index\":\"http_requests\"}}}}\n{Document}");

        Assert.Equal([400, 201], answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("index").GetProperty("status").GetInt32()));
        Assert.Equal(["longer than 4096 bytes"], await server.RowsAsync("SELECT Reason FROM _rejects"));
    }

    [Fact]
    public async Task A_server_that_holds_too_much_asks_to_come_again()
    {
        await using var server = await RunningServer.StartAsync(protocols: new ProtocolLimits { HeldBytesMax = 1000 });
        var body = $"{{\"index\":{{}}}}\n{Document}\n";

        using var response = await server.PostAsync("/es/acme/shop/http_requests/_bulk", string.Concat(Enumerable.Repeat(body, 50)), "application/x-ndjson");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        Assert.Equal("es_rejected_execution_exception", (await RunningServer.ReadAsync(response)).GetProperty("error").GetProperty("type").GetString());
        // What was held is given back.
        for (var call = 0; call < 20; call++)
            Assert.Equal(200, await StatusAsync(server, body));
    }

    [Fact]
    public async Task A_store_that_fails_is_an_answer_that_agents_repeat()
    {
        await using var server = await RunningServer.StartAsync(ingest: new IngestLimits { OutageMax = TimeSpan.FromMilliseconds(300) });
        Directory.CreateDirectory(Path.Combine(server.Folder, "store"));
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "store", "accounts"), "a file stands where a folder has to", Cancellation);

        using var response = await server.PostAsync("/es/acme/shop/http_requests/_bulk", $"{{\"index\":{{}}}}\n{Document}\n", "application/x-ndjson");

        Assert.Equal((503, true), ((int)response.StatusCode, response.Headers.RetryAfter is not null));
    }

    [Fact]
    public async Task Damaged_gzip_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var gzip = LogpushTests.Gzip($"{{\"index\":{{}}}}\n{Document}\n");

        using var response = await server.Http.PostAsync("/es/acme/shop/http_requests/_bulk", new ByteArrayContent(gzip[..^9]), Cancellation);

        Assert.Equal(400, (int)response.StatusCode);
    }

    static async Task<JsonElement> BulkAsync(RunningServer server, string body)
    {
        using var response = await server.PostAsync("/es/acme/shop/_bulk", body, "application/x-ndjson");
        Assert.Equal(200, (int)response.StatusCode);
        return await RunningServer.ReadAsync(response);
    }

    static async Task<int> StatusAsync(RunningServer server, string body)
    {
        using var response = await server.PostAsync("/es/acme/shop/http_requests/_bulk", body, "application/x-ndjson");
        return (int)response.StatusCode;
    }
}
