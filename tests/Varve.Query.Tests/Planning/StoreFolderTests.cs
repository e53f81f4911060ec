using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

public sealed class StoreFolderTests
{
    [Theory]
    [InlineData("with space")]
    [InlineData("it's")]
    [InlineData("#50%25")]
    [InlineData("ünï")]
    public async Task A_store_may_lie_in_a_folder_of_any_name(string name)
    {
        using var lake = new TestLake(storeName: name);
        await lake.IngestAsync("http_requests", ["""{"RayID":"r","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}"""], TestContext.Current.CancellationToken);

        var answer = await lake.QueryAsync("SELECT RayID FROM http_requests", TestContext.Current.CancellationToken);

        Assert.Equal("r", Assert.Single(answer.Rows)[0]);
    }

    [Theory]
    [InlineData("[abc]")]
    [InlineData("a*c")]
    [InlineData("a?c")]
    public void A_folder_that_the_engine_would_take_for_a_pattern_is_refused_at_once(string name)
    {
        var fault = Assert.Throws<VarveException>(() => new TestLake(storeName: name));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }
}
