using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Storage.Tests.S3;

public sealed class S3OptionsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("s3://", "no name of a bucket")]
    [InlineData("s3:///prefix", "no name of a bucket")]
    [InlineData("s3://ab", "no name of a bucket")]
    [InlineData("s3://bucket name", "no name of a bucket")]
    [InlineData("s3://key:secret@bucket", "AWS_ACCESS_KEY_ID")]
    [InlineData("s3://localhost:9000/bucket", "AWS_ENDPOINT_URL")]
    [InlineData("s3://bucket/a//b", "empty part")]
    [InlineData("s3://bucket/../b", "'..'")]
    public void A_bad_address_is_refused_with_the_reason(string url, string reason)
    {
        var fault = Assert.Throws<VarveException>(() => new S3ObjectStore(url, Options([])));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("s3://bucket/", "s3://bucket")]
    [InlineData("s3://bucket/some/prefix/", "s3://bucket/some/prefix")]
    [InlineData("S3://bucket/p%20 q?#", "s3://bucket/p%20 q?#")]
    public void An_address_is_a_bucket_and_a_prefix(string url, string root)
    {
        using var store = new S3ObjectStore(url, Options([]));

        Assert.Equal(root, store.Root);
        Assert.Null(store.LocalPath("a"));
    }

    [Fact]
    public async Task What_the_environment_says_is_used()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, ""));
        using var store = new S3ObjectStore("s3://bucket/p", Options(
            [("AWS_ENDPOINT_URL", "http://elsewhere.invalid"), ("AWS_ENDPOINT_URL_S3", server.Endpoint), ("AWS_SESSION_TOKEN", "session"), ("VARVE_S3_PATH_STYLE", "true")]));

        await store.PutAsync("a b", new byte[] { 1 }, Token);

        Assert.Equal("/bucket/p/a%20b", Assert.Single(server.Calls).Target);
    }

    [Fact]
    public async Task The_bucket_is_a_part_of_the_host_where_that_is_asked_for()
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, ""));
        var endpoint = server.Endpoint.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        using var store = new S3ObjectStore("s3://bucket", Options([("AWS_ENDPOINT_URL", endpoint), ("VARVE_S3_PATH_STYLE", "false")]));

        var fault = await Record.ExceptionAsync(() => store.PutAsync("a", new byte[] { 1 }, Token));

        // bucket.localhost: whether it is found depends on the machine. It is never asked for by path.
        Assert.DoesNotContain(server.Calls, call => call.Target.StartsWith("/bucket", StringComparison.Ordinal));
        Assert.True(fault is null or VarveException { Kind: FaultKind.Unavailable or FaultKind.Invalid or FaultKind.NotFound });
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL", "localhost:9000", "write it as https://host")]
    [InlineData("AWS_ENDPOINT_URL", "ftp://host", "write it as https://host")]
    [InlineData("VARVE_S3_PATH_STYLE", "maybe", "set it to true or false")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "", "Only one half of the keys")]
    [InlineData("AWS_ENDPOINT_URL", "", "set AWS_REGION")]
    [InlineData("AWS_PROFILE", "there-is-none", "Change AWS_PROFILE")]
    public void A_setting_that_cannot_be_is_refused(string name, string value, string reason)
    {
        var fault = Assert.Throws<VarveException>(() => new S3ObjectStore("s3://bucket", Options([(name, value)])));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_listens_is_unavailable_and_names_the_endpoint()
    {
        string endpoint;
        await using (var gone = await S3Proxy.StartAsync(server: null, _ => S3Fate.Hang))
            endpoint = gone.Endpoint;
        using var store = new S3ObjectStore("s3://bucket", Options([("AWS_ENDPOINT_URL", endpoint)]));

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ReadAsync("a", Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains($"at {endpoint}: the server does not answer", fault.Message, StringComparison.Ordinal);
        Assert.Contains("AWS_ENDPOINT_URL", fault.Message, StringComparison.Ordinal);
    }

    static S3Options Options((string Name, string Value)[] changes)
    {
        var variables = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
        };
        foreach (var (name, value) in changes)
            variables[name] = value;
        return new S3Options { Environment = name => variables.GetValueOrDefault(name) };
    }
}
