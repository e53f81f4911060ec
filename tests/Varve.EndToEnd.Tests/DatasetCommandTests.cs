using System.Text;
using System.Text.Json;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

public sealed class DatasetCommandTests
{
    const string Nginx = """{"name":"nginx","title":"nginx","description":"A request","scope":"zone","timestampField":"Time","fields":[{"name":"Time","type":"timestamp"},{"name":"Path","type":"string"}]}""";
    const string Settings = """{"fields":["Path"],"filter":{"where":{"key":"Path","operator":"startsWith","value":"/a"}},"redact":[{"field":"Path","method":"mask","keep":2}]}""";

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task A_dataset_is_declared_filled_queried_and_removed()
    {
        using var folder = new TemporaryFolder();
        string[] In(params string[] arguments) => [.. arguments, "--data", folder.FullPath];

        var declared = await VarveProcess.RunAsync(Bytes(Nginx), In("dataset", "declare", "-"));
        var shown = await VarveProcess.RunAsync(In("dataset", "show", "nginx"));
        var list = await VarveProcess.RunAsync(In("dataset", "list", "--json"));
        var stored = await VarveProcess.RunAsync(Bytes("""{"Time":"2026-11-22T10:00:00Z","Path":"/a"}"""), In("ingest", "-", "--dataset", "nginx"));
        var answer = await VarveProcess.RunAsync(In("query", "SELECT Path FROM nginx", "--format", "ndjson"));
        var history = await VarveProcess.RunAsync(In("table", "history", "--dataset", "nginx", "--json"));
        var removed = await VarveProcess.RunAsync(In("dataset", "remove", "nginx"));
        var gone = await VarveProcess.RunAsync(In("dataset", "describe", "nginx"));

        Assert.Equal((0, "nginx is declared in the account default, version 1.\n"), (declared.ExitCode, declared.Output));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Nginx).RootElement, shown.Json), shown.Output);
        Assert.Equal("nginx", list.Json.EnumerateArray().Single(dataset => dataset.GetProperty("custom").GetBoolean()).GetProperty("name").GetString());
        Assert.Equal((0, 0), (stored.ExitCode, history.ExitCode));
        Assert.Equal("{\"Path\":\"/a\"}\n", answer.Output);
        Assert.Contains("accounts/default/zones/<zone>/nginx", removed.Output, StringComparison.Ordinal);
        Assert.Equal(2, gone.ExitCode);
    }

    [Fact]
    public async Task Settings_are_set_from_a_file_and_shown()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.FullPath, "settings.json");
        await File.WriteAllTextAsync(file, Settings, TestContext.Current.CancellationToken);
        await VarveProcess.RunAsync(Bytes(Nginx), "dataset", "declare", "-", "--data", folder.FullPath);

        var set = await VarveProcess.RunAsync("dataset", "settings", "set", "nginx", file, "--zone", "shop", "--data", folder.FullPath);
        var shown = await VarveProcess.RunAsync("dataset", "settings", "get", "nginx", "--zone", "shop", "--data", folder.FullPath);
        var other = await VarveProcess.RunAsync("dataset", "settings", "get", "nginx", "--data", folder.FullPath);

        Assert.Equal(0, set.ExitCode);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Settings).RootElement, shown.Json), shown.Output);
        Assert.Equal(JsonValueKind.Null, other.Json.GetProperty("filter").ValueKind);
    }

    [Fact]
    public async Task Through_a_server_the_same_is_done()
    {
        await using var server = await ServerProcess.StartAsync();
        string[] At(params string[] arguments) => [.. arguments, "--server", server.Address, "--account", "acme"];

        var declared = await VarveProcess.RunAsync(Bytes(Nginx), At("dataset", "declare", "-"));
        var shown = await VarveProcess.RunAsync(At("dataset", "show", "nginx"));
        var list = await VarveProcess.RunAsync(At("dataset", "list"));
        var set = await VarveProcess.RunAsync(Bytes(Settings), At("dataset", "settings", "set", "nginx", "-", "--zone", "shop"));
        var settings = await VarveProcess.RunAsync(At("dataset", "settings", "get", "nginx", "--zone", "shop"));
        var stored = await VarveProcess.RunAsync(Bytes("""{"Time":"2026-11-22T10:00:00Z","Path":"/a/b"}"""), At("ingest", "-", "--dataset", "nginx", "--zone", "elsewhere"));
        var answer = await VarveProcess.RunAsync(At("query", "SELECT Path FROM nginx", "--format", "ndjson"));
        var removed = await VarveProcess.RunAsync(At("dataset", "remove", "nginx"));
        var twice = await VarveProcess.RunAsync(At("dataset", "remove", "nginx"));

        Assert.Equal([0, 0, 0, 0, 0, 1], new[] { declared, set, list, stored, removed, twice }.Select(outcome => outcome.ExitCode));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Nginx).RootElement, shown.Json), shown.Output);
        Assert.Contains("declared  nginx", list.Output, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Settings).RootElement, settings.Json), settings.Output);
        Assert.Equal("{\"Path\":\"/a/b\"}\n", answer.Output);
    }

    [Theory]
    [InlineData("""{"name":"nginx"}""", "no 'fields'", "dataset", "declare", "-")]
    [InlineData("""{"filter":{}}""", "no 'where'", "dataset", "settings", "set", "http_requests", "-")]
    [InlineData("{}", "no file", "dataset", "declare", "/no/such/file")]
    [InlineData("{}", "built-in", "dataset", "remove", "http_requests")]
    public async Task A_mistake_is_one_clear_line(string input, string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await VarveProcess.RunAsync(Bytes(input), [.. arguments, "--data", folder.FullPath]);

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(message, Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
