using Varve.Cli.Commands;

namespace Varve.Cli.Tests.Commands;

public sealed class SourceStoreTests
{
    [Theory]
    [InlineData("s3://logs/http/{DATE}?region=auto&account-id=1", "s3://logs/http")]
    [InlineData("s3://logs/http/", "s3://logs/http")]
    [InlineData("s3://logs", "s3://logs")]
    [InlineData("file:///srv/logs/", "file:///srv/logs")]
    [InlineData("file:///", "file:///")]
    public void What_logpush_adds_to_an_address_is_left_out(string url, string expected) => Assert.Equal(expected, SourceStore.Normalize(url));

    [Fact]
    public void Keys_and_server_of_the_source_come_together_from_one_place()
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL_S3"] = "https://tables",
            ["AWS_ACCESS_KEY_ID"] = "tables",
            ["AWS_SECRET_ACCESS_KEY"] = "tables-secret",
            ["AWS_SESSION_TOKEN"] = "tables-session",
            ["AWS_REGION"] = "eu-central-1",
            ["VARVE_SOURCE_AWS_ENDPOINT_URL"] = "https://source",
            ["VARVE_SOURCE_AWS_ACCESS_KEY_ID"] = "source",
            ["VARVE_SOURCE_AWS_SECRET_ACCESS_KEY"] = "source-secret",
            ["VARVE_SOURCE_S3_PATH_STYLE"] = "false",
        };
        string? Find(string name) => SourceStore.Find(name, environment.GetValueOrDefault);

        Assert.Equal(("https://source", null), (Find("AWS_ENDPOINT_URL"), Find("AWS_ENDPOINT_URL_S3")));
        Assert.Equal(("source", "source-secret", null), (Find("AWS_ACCESS_KEY_ID"), Find("AWS_SECRET_ACCESS_KEY"), Find("AWS_SESSION_TOKEN")));
        Assert.Equal("eu-central-1", Find("AWS_REGION"));
        Assert.Equal("false", Find("VARVE_S3_PATH_STYLE"));
    }

    [Fact]
    public void Without_any_of_its_own_the_source_is_reached_as_the_tables_are()
    {
        var environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = "https://tables", ["AWS_PROFILE"] = "p" };

        Assert.Equal("https://tables", SourceStore.Find("AWS_ENDPOINT_URL", environment.GetValueOrDefault));
        Assert.Equal("p", SourceStore.Find("AWS_PROFILE", environment.GetValueOrDefault));
    }
}
