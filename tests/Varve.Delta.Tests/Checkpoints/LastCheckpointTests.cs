using System.Text;
using System.Text.Json;
using Varve.Delta.Checkpoints;

namespace Varve.Delta.Tests.Checkpoints;

public sealed class LastCheckpointTests
{
    [Fact]
    public void The_canonical_text_is_that_of_the_protocol()
    {
        const string json = """{"k0":"'v 0'", "checksum": "adsaskfljadfkjadfkj", "k1":{"k2": 2, "k3": ["v3", [1, 2], {"k4": "v4", "k5": ["v5", "v6", "v7"]}]}}""";
        using var document = JsonDocument.Parse(json);

        Assert.Equal(
            """
            "k0"="%27v%200%27","k1"+"k2"=2,"k1"+"k3"+0="v3","k1"+"k3"+1+0=1,"k1"+"k3"+1+1=2,"k1"+"k3"+2+"k4"="v4","k1"+"k3"+2+"k5"+0="v5","k1"+"k3"+2+"k5"+1="v6","k1"+"k3"+2+"k5"+2="v7"
            """, CanonicalJson.Text(document.RootElement));
        Assert.Equal("6a92d155a59bf2eecbd4b4ec7fd1f875", CanonicalJson.Checksum(document.RootElement));
    }

    [Fact]
    public void A_checksum_inside_of_the_hint_is_data_like_any_other()
    {
        using var document = JsonDocument.Parse("""{"checksum":"a","b":{"checksum":null}}""");

        Assert.Equal("\"b\"+\"checksum\"=null", CanonicalJson.Text(document.RootElement));
    }

    [Fact]
    public void A_hint_is_used_when_it_is_what_its_checksum_says()
    {
        using var document = JsonDocument.Parse("""{"version":2,"size":6}""");
        var checksum = CanonicalJson.Checksum(document.RootElement);

        Assert.Equal(2, Read($$"""{"version":2,"size":6,"checksum":"{{checksum}}"}""")?.Version);
        Assert.Null(Read($$"""{"version":3,"size":6,"checksum":"{{checksum}}"}"""));
        Assert.Equal(3, Read("""{"version":3,"size":6}""")?.Version);
    }

    static LastCheckpoint? Read(string text) => LastCheckpoint.Read(Encoding.UTF8.GetBytes(text));
}
