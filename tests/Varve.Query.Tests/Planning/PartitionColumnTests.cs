using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

public sealed class PartitionColumnTests
{
    [Fact]
    public async Task A_field_that_is_named_like_a_partition_column_is_the_field()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("ipsec_logs",
        [
            """{"Timestamp":"2026-04-01T00:00:00Z","Level":"info"}""",
            """{"Timestamp":"2026-04-02T00:00:00Z","Level":"warn"}""",
        ], TestContext.Current.CancellationToken);

        var answer = await lake.QueryAsync("SELECT level FROM ipsec_logs WHERE Level = 'warn'", TestContext.Current.CancellationToken);

        Assert.Equal(("warn", 1), (answer.Value, answer.Plan.FilesRead));
    }
}
