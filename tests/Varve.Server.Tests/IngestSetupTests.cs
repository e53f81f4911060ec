using System.Diagnostics;
using System.Text.Json;
using Varve.Datasets;
using Varve.Server.Activity;

namespace Varve.Server.Tests;

public sealed class IngestSetupTests
{
    [Fact]
    public async Task The_setup_names_the_address_that_the_call_came_to()
    {
        await using var server = await RunningServer.StartAsync();

        var setup = await server.GetAsync("/api/ingest/setup?account=acme&zone=shop&dataset=HTTP_requests");

        Assert.Equal(server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), setup.GetProperty("baseUrl").GetString());
        Assert.Equal($"https://{server.Http.BaseAddress.Authority}/api/ingest/acme/shop/http_requests", setup.GetProperty("destinationConf").GetString());
        Assert.Equal(["logpush", "http", "cli", "bucket"], setup.GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("name").GetString()).Take(4));
        Assert.False(setup.TryGetProperty("token", out _));
    }

    [Theory]
    [InlineData("logs.example.com", "https://logs.example.com")]
    [InlineData("logs.example.com:8443", "https://logs.example.com:8443")]
    [InlineData("http://10.0.0.7:8080", "http://10.0.0.7:8080")]
    [InlineData("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443")]
    [InlineData("a b", null)]
    [InlineData("ftp://logs.example.com", null)]
    [InlineData("logs.example.com/path", null)]
    [InlineData("user@logs.example.com", null)]
    [InlineData("logs.example.com?x=1", null)]
    public async Task Another_host_may_be_named_and_has_to_be_one(string host, string? expected)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.Http.GetAsync(
            $"/api/ingest/setup?account=acme&zone=shop&dataset=http_requests&host={Uri.EscapeDataString(host)}", TestContext.Current.CancellationToken);

        Assert.Equal(expected is null ? 400 : 200, (int)response.StatusCode);
        if (expected is not null)
            Assert.Equal(expected, (await RunningServer.ReadAsync(response)).GetProperty("baseUrl").GetString());
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_host_has_at_most_so_many_characters(int length, bool isTaken)
    {
        var label = string.Join('.', Enumerable.Repeat("a", 200))[..(length - "https://".Length)];
        var host = label.EndsWith('.') ? string.Concat(label.AsSpan(0, label.Length - 1), "a") : label;
        var request = new Microsoft.AspNetCore.Http.DefaultHttpContext().Request;

        var fault = Record.Exception(() => SetupHost.Read(host, request));

        Assert.Equal(isTaken, fault is null);
    }

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData("reads", null, "<token>", false)]
    [InlineData("reads", "sends", "sends", true)]
    [InlineData(null, "sends", "<token>", false)]
    public void The_ingest_token_is_shown_only_where_the_servers_own_token_was_asked_for(string? token, string? ingestToken, string? shown, bool isReal)
    {
        var found = SetupToken.Of(new ServeOptions { Token = token, IngestToken = ingestToken });

        Assert.Equal((shown, isReal), (found.Text, found.IsReal));
        Assert.DoesNotContain("sends", found.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_destination_is_encoded_and_the_job_is_json_with_the_datasets_fields()
    {
        var setup = Write("http_requests", "a b&c");
        var logpush = setup.Ways.Single(way => way.Name == "logpush");
        var job = JsonDocument.Parse(logpush.Snippets.Single(snippet => snippet.Name == "job").Text).RootElement;

        Assert.Equal("https://logs.example.com/api/ingest/acme/shop/http_requests?header_Authorization=Bearer%20a%20b%26c", setup.DestinationConf);
        Assert.Equal(setup.DestinationConf, job.GetProperty("destination_conf").GetString());
        var fields = job.GetProperty("output_options").GetProperty("field_names").EnumerateArray().Select(field => field.GetString()).ToList();
        Assert.Equal(DatasetCatalog.BuiltIn.Find("http_requests")!.Fields.Select(field => field.Name), fields);
        Assert.Contains("zones/$ZONE_ID/", logpush.Snippets.Single(snippet => snippet.Name == "curl").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_of_account_scope_has_no_zone_in_its_texts()
    {
        var setup = Write("audit_logs", "t");

        Assert.Equal("https://logs.example.com/api/ingest/acme/-/audit_logs?header_Authorization=Bearer%20t", setup.DestinationConf);
        Assert.Contains("accounts/$ACCOUNT_ID/", setup.Ways[0].Snippets.Single(snippet => snippet.Name == "curl").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("--zone", setup.Ways.Single(way => way.Name == "cli").Snippets[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_ways_that_the_server_speaks_are_offered()
    {
        var dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;
        IReadOnlyList<SetupWay> Ways(bool all) => new SetupWriter(dataset, new TableName("acme", "shop", dataset.Name), new Uri("http://h:1"), new SetupToken("t", true, ""))
        {
            StoreUrl = "s3://b/p",
            SpeaksElasticsearch = all,
            SpeaksOtlp = all,
        }.Write().Ways;

        Assert.Equal(["logpush", "http", "cli", "bucket"], Ways(false).Select(way => way.Name));
        Assert.Equal(["logpush", "http", "cli", "bucket", "elasticsearch", "otlp"], Ways(true).Select(way => way.Name));
        Assert.Contains("--store 's3://b/p'", Ways(true)[3].Snippets[0].Text, StringComparison.Ordinal);
        Assert.Contains("http://h:1/es/acme/shop", Ways(true)[4].Snippets[0].Text, StringComparison.Ordinal);
        Assert.Equal("http://h:1/otlp/acme/shop/http_requests", Ways(true)[5].Snippets[0].Text);
    }

    [Fact]
    public void A_token_of_any_characters_stays_one_text_in_every_language()
    {
        const string Hostile = """a'b"c\d$(e)${f}%{g}""";

        Assert.Equal("""'a'\''b"c\d$(e)${f}%{g}'""", SetupQuotes.Shell(Hostile));
        Assert.Equal(Hostile, JsonSerializer.Deserialize<string>(SetupQuotes.Double(Hostile)));
        Assert.Equal(""" "a'b\"c\\d$(e)$${f}%%{g}" """.Trim(), SetupQuotes.Terraform(Hostile));
    }

    [Fact]
    public async Task The_curl_commands_do_what_they_say()
    {
        await using var server = await RunningServer.StartAsync();
        using var folder = new TestKit.TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.FullPath, "logs.ndjson"), "{\"RayID\":\"a\"}\n{\"RayID\":\"b\"}\n", TestContext.Current.CancellationToken);
        var setup = await server.GetAsync("/api/ingest/setup?account=acme&zone=shop&dataset=http_requests");
        var http = setup.GetProperty("ways").EnumerateArray().Single(way => way.GetProperty("name").GetString() == "http").GetProperty("snippets");
        string Command(string name) => http.EnumerateArray().Single(snippet => snippet.GetProperty("name").GetString() == name).GetProperty("text").GetString()!;

        var plain = await ShellAsync(Command("ndjson"), folder.FullPath);
        var packed = await ShellAsync($"gzip logs.ndjson && {Command("gzip")}", folder.FullPath);

        Assert.Contains("\"accepted\":2", plain, StringComparison.Ordinal);
        Assert.Contains("\"accepted\":2", packed, StringComparison.Ordinal);
    }

    static IngestSetup Write(string dataset, string token)
    {
        var known = DatasetCatalog.BuiltIn.Find(dataset)!;
        var zone = known.Scope == DatasetScope.Account ? null : "shop";
        return new SetupWriter(known, new TableName("acme", zone, known.Name), new Uri("https://logs.example.com"), new SetupToken(token, true, "")) { StoreUrl = "file:///s" }.Write();
    }

    static async Task<string> ShellAsync(string command, string folder)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(shell.ExitCode == 0, await errors);
        return output;
    }
}
