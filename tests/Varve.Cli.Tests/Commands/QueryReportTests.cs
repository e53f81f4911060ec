using Varve.Cli.Commands;
using Varve.Query;

namespace Varve.Cli.Tests.Commands;

public sealed class QueryReportTests
{
    [Theory]
    [InlineData(QueryState.Waiting, null, 0, 80, "Waiting for its turn")]
    [InlineData(QueryState.Running, null, 0, 80, "Running")]
    [InlineData(QueryState.Running, 34.4, 0, 80, "Running: about 34 % done")]
    [InlineData(QueryState.Running, 99.5, 12_000, 80, "Running: about 100 % done, 12,000 rows")]
    [InlineData(QueryState.Running, null, 1, 80, "Running: 1 row")]
    [InlineData(QueryState.Running, 34.4, 12_000, 16, "Running: about 3")]
    public void How_far_a_query_is_fits_into_a_line(QueryState state, double? percentage, long rows, int width, string expected) =>
        Assert.Equal(expected, QueryReport.Text(new QueryProgress(state, percentage, rows), width));
}
