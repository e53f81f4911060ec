using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Server.Activity;

namespace Varve.Server.Tests;

public sealed class IngestStatusTests
{
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    [Fact]
    public async Task Nothing_is_shown_before_anything_came()
    {
        await using var server = await RunningServer.StartAsync();

        var status = await server.GetAsync("/api/ingest/status");

        Assert.Equal((0, 0, 0), (status.GetProperty("tablesTotal").GetInt32(), status.GetProperty("tables").GetArrayLength(), status.GetProperty("gauges").GetProperty("inFlight").GetInt32()));
        Assert.True(status.GetProperty("since").GetDateTimeOffset() <= status.GetProperty("now").GetDateTimeOffset());
    }

    [Fact]
    public async Task What_arrived_is_shown_by_table_and_narrowed_by_account()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync($"{Line}\nnonsense\n{Line}\n");
        await server.IngestAsync(Line, "beta/shop/http_requests");

        var all = await server.GetAsync("/api/ingest/status");
        var one = (await server.GetAsync("/api/ingest/status?account=acme")).GetProperty("tables").EnumerateArray().Single();

        Assert.Equal(2, all.GetProperty("tablesTotal").GetInt32());
        Assert.Equal("acme/shop/http_requests", $"{Text(one, "account")}/{Text(one, "zone")}/{Text(one, "dataset")}");
        Assert.Equal((2, 1, 1), (Number(one, "total", "records"), Number(one, "total", "rejected"), Number(one, "total", "batches")));
        Assert.Equal(2, one.GetProperty("history").GetProperty("records").EnumerateArray().Sum(each => each.GetInt32()));
        Assert.True(one.GetProperty("lag").GetProperty("lastSeconds").GetDouble() > 0);
    }

    [Fact]
    public async Task One_table_tells_its_reasons_and_errors()
    {
        await using var server = await RunningServer.StartAsync(ingest: new Ingest.IngestLimits { BodyBytesMax = 200 });
        await server.IngestAsync($"{Line}\n[]\n");
        using var refused = await server.PostAsync("/api/ingest/acme/shop/http_requests", new string('x', 300), "application/x-ndjson");

        var detail = await server.GetAsync("/api/ingest/status/acme/shop/http_requests");

        var reason = detail.GetProperty("reasons").EnumerateArray().Single();
        Assert.Equal(("not a JSON object", 1, 2), (Text(reason, "reason"), Number(reason, "count"), Number(reason, "exampleLine")));
        Assert.Equal(1, detail.GetProperty("errors").GetArrayLength());
        Assert.Equal((1, 1), (Number(detail, "table", "total", "failed"), Number(detail, "table", "total", "records")));
    }

    [Theory]
    [InlineData("/api/ingest/status/acme/shop/http_requests", 200)]
    [InlineData("/api/ingest/status/acme/-/audit_logs", 200)]
    [InlineData("/api/ingest/status/acme/-/http_requests", 400)]
    [InlineData("/api/ingest/status/acme/shop/nothing", 404)]
    [InlineData("/api/ingest/status/acme/shop/_rejects", 404)]
    [InlineData("/api/ingest/setup?account=acme&zone=shop&dataset=nothing", 404)]
    [InlineData("/api/ingest/setup?account=a%20b&zone=shop&dataset=http_requests", 400)]
    [InlineData("/api/ingest/setup?account=acme&zone=shop", 400)]
    public async Task A_table_that_was_never_seen_is_no_error_and_a_wrong_name_is(string path, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("secret")]
    public async Task The_test_makes_the_round_trip_and_stores_nothing(string? token)
    {
        await using var server = await RunningServer.StartAsync(token);
        server.Http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        using var response = await server.PostAsync("/api/ingest/test/acme/shop/http_requests", "");

        var result = await RunningServer.ReadAsync(response);
        Assert.Equal((200, true, 200), ((int)response.StatusCode, result.GetProperty("ok").GetBoolean(), Number(result, "status")));
        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
        var table = (await server.GetAsync("/api/ingest/status/acme/shop/http_requests")).GetProperty("table");
        Assert.Equal((1, 0, 0), (Number(table, "testUploads", "count"), Number(table, "total", "batches"), Number(table, "total", "records")));
    }

    [Theory]
    [InlineData(200, 200, true, "not stored")]
    [InlineData(200, 503, false, "503")]
    [InlineData(401, 200, false, "401")]
    [InlineData(302, 200, false, "302")]
    public async Task The_test_says_what_a_sender_would_see(int uploadStatus, int readyStatus, bool ok, string words)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapPost("/api/ingest/acme/shop/http_requests", (HttpContext context) => context.Response.StatusCode = uploadStatus);
        app.MapGet("/readyz", (HttpContext context) => context.Response.StatusCode = readyStatus);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var test = new SelfTest(app.Services.GetRequiredService<IServer>(), new ServeOptions(), TimeProvider.System);

        var result = await test.RunAsync(new TableName("acme", "shop", "http_requests"), TestContext.Current.CancellationToken);

        Assert.Equal((ok, uploadStatus, readyStatus == 200), (result.Ok, result.Status, result.StoreAnswers));
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_says_when_the_server_does_not_reach_itself()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var server = app.Services.GetRequiredService<IServer>();
        await app.StopAsync(TestContext.Current.CancellationToken);
        using var test = new SelfTest(server, new ServeOptions(), TimeProvider.System);

        var result = await test.RunAsync(new TableName("acme", "shop", "http_requests"), TestContext.Current.CancellationToken);

        Assert.Equal((false, null), (result.Ok, result.Status));
        Assert.Contains("did not reach itself", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_have_ingest_calls_and_the_runtime_and_need_the_token()
    {
        await using var server = await RunningServer.StartAsync(token: "secret");
        using var refused = await server.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        await server.IngestAsync($"{Line}\nnonsense\n");

        var page = await server.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(401, (int)refused.StatusCode);
        foreach (var name in new[] { "records_total", "bytes_total", "batches_total", "rejected_total", "lag_seconds_bucket", "batch_duration_seconds_bucket", "inflight" })
            Assert.Contains($"\nvarve_ingest_{name}{{", page, StringComparison.Ordinal);
        Assert.Contains("reason=\"not JSON", page, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes", page, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_count", page, StringComparison.Ordinal);
    }

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    static long Number(JsonElement element, params string[] path) => path.Aggregate(element, (at, name) => at.GetProperty(name)).GetInt64();
}
