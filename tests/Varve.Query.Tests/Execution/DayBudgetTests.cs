using Microsoft.Extensions.Time.Testing;
using Varve.Query.Execution;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

public sealed class DayBudgetTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_day_has_its_bytes_and_not_one_more()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 22, 0, 0, TimeSpan.Zero));
        var budget = new DayBudget(100, clock);
        budget.Take(60);
        budget.Take(40);

        var fault = Assert.Throws<VarveException>(() => budget.Take(1));

        Assert.Equal((FaultKind.Busy, "budget_spent", TimeSpan.FromHours(2)), (fault.Kind, fault.Detail?.Code, fault.RetryAfter));
        clock.Advance(TimeSpan.FromHours(2));
        budget.Take(100);
    }

    [Fact]
    public async Task Queries_that_read_more_than_is_left_are_refused_and_those_that_read_nothing_are_answered()
    {
        using var lake = new TestLake();
        await lake.IngestAsync("http_requests", Enumerable.Range(0, 100).Select(row => $$"""{"RayID":"r{{row}}","ClientIP":"192.0.2.{{row}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}"""), Token);
        var bytes = (await lake.Engine.EstimateAsync(new QueryRequest("SELECT ClientIP FROM http_requests", TestLake.Account, TestLake.Zone), Token)).BytesExpected;
        using var engine = lake.NewEngine(lake.Store, TestLake.NoAnswersKept with { BytesPerDayMax = bytes });

        await TestLake.QueryAsync(engine, new QueryRequest("SELECT ClientIP FROM http_requests", TestLake.Account, TestLake.Zone), Token);
        var fault = await Assert.ThrowsAsync<VarveException>(() => TestLake.QueryAsync(engine, new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account, TestLake.Zone), Token));
        var count = await TestLake.QueryAsync(engine, new QueryRequest("SELECT count(*) FROM http_requests", TestLake.Account, TestLake.Zone), Token);

        Assert.Equal("budget_spent", fault.Detail?.Code);
        Assert.Equal(100L, count.Value);
    }
}
