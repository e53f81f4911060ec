using Microsoft.Extensions.Time.Testing;
using Varve.Query.Exploring;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Exploring;

/// <summary>A hundred requests, one a minute, of four hosts.</summary>
public sealed class ExplorationTests : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly Subject All = new("http_requests", TestLake.Account, TestLake.Zone);

    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    Exploration Exploration => new(_lake.Engine, _lake.Datasets, new ExplorationLimits { SeriesMax = 2, SampleRows = 50, TailRowsMax = 3 });

    public async ValueTask InitializeAsync() => await _lake.IngestAsync("http_requests", Enumerable.Range(0, 100).Select(Line), Token);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Rows_are_counted_in_round_buckets()
    {
        var hits = await Exploration.HitsAsync(All, by: null, buckets: 12, Token);

        Assert.Equal((Start, 600L, 100L), (hits.From, hits.StepSeconds, hits.Total));
        Assert.Equal(Enumerable.Repeat(10L, 10), Assert.Single(hits.Series).Counts);
    }

    [Fact]
    public async Task The_most_frequent_values_have_a_series_each_and_the_others_one()
    {
        var hits = await Exploration.HitsAsync(All with { Filter = "RayID <> $other -- a comment", Parameters = new Dictionary<string, object?> { ["other"] = "x" } }, "clientrequesthost", buckets: 2, Token);

        Assert.Equal([("h0", false), ("h1", false), (null, true)], hits.Series.Select(series => (series.Value, series.IsOther)));
        Assert.Equal([70L, 10, 20], hits.Series.Select(series => series.Counts.Sum()));
        Assert.Equal(7200, hits.StepSeconds);
    }

    [Fact]
    public async Task Bounds_of_time_give_empty_buckets_too()
    {
        var hits = await Exploration.HitsAsync(All with { From = Start.AddHours(-1), To = Start.AddHours(3) }, by: null, buckets: 4, Token);

        Assert.Equal((Start.AddHours(-2), 7200L), (hits.From, hits.StepSeconds));
        Assert.Equal([0L, 100, 0], hits.Series.Single().Counts);
    }

    [Fact]
    public async Task What_was_stored_later_is_left_out_of_an_earlier_state()
    {
        await _lake.IngestAsync("http_requests", Enumerable.Range(100, 7).Select(Line), Token);
        var earlier = All with { AsOf = new AsOf(null, 1) };

        Assert.Equal((107L, 100L), ((await Exploration.HitsAsync(All, by: null, buckets: 12, Token)).Total, (await Exploration.HitsAsync(earlier, by: null, buckets: 12, Token)).Total));
        Assert.Equal(100, (await Exploration.ValuesAsync(earlier, "ClientRequestHost", prefix: null, 10, Token)).Rows);
    }

    [Fact]
    public async Task Without_rows_there_are_no_buckets()
    {
        var hits = await Exploration.HitsAsync(All with { Zone = "other" }, by: null, buckets: 4, Token);

        Assert.Equal((0L, 0), (hits.Total, hits.Series.Count));
    }

    [Fact]
    public async Task Fields_are_counted_in_the_newest_rows_and_values_in_all()
    {
        var facets = await Exploration.FacetsAsync(All, ["ClientRequestHost"], Token);

        Assert.Equal(50, facets.Rows);
        var host = facets.Fields.Single(field => field.Name == "ClientRequestHost");
        Assert.Equal((50L, 4L), (host.Present, host.Distinct));
        Assert.Equal((100L, new ValueCount("h0", 70)), (host.Top!.Rows, host.Top.Values[0]));
        var score = facets.Fields.Single(field => field.Name == "BotScore");
        Assert.Equal((25L, 25L, null), (score.Present, score.Distinct, score.Top));
        Assert.Null(facets.Fields.Single(field => field.Name == "BotTags").Distinct);
    }

    [Fact]
    public async Task Values_are_found_by_their_beginning()
    {
        var values = await Exploration.ValuesAsync(All, "RayID", "ray-1", 3, Token);
        var scores = await Exploration.ValuesAsync(All with { Filter = "BotScore IS NULL" }, "BotScore", null, 3, Token);

        Assert.Equal((11L, 3), (values.Rows, values.Values.Count));
        Assert.Equal(["ray-1", "ray-10", "ray-11"], values.Values.Select(value => value.Value));
        Assert.Equal(new ValueCount(null, 50), Assert.Single(scores.Values));
    }

    [Fact]
    public async Task A_record_is_found_by_its_id()
    {
        var record = await Exploration.RecordAsync(All, "ray-7", Token);
        var fault = await Assert.ThrowsAsync<VarveException>(() => Exploration.RecordAsync(All, "nope", Token));

        Assert.Equal("ray-7", record.Rows.Single()[record.Columns.ToList().FindIndex(column => column.Name == "RayID")]);
        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    [Theory]
    [InlineData(50, 3, "ray-50 ray-49 ray-48", "ray-50 ray-51 ray-52")]
    [InlineData(1, 3, "ray-1 ray-0", "ray-1 ray-2 ray-3")]
    [InlineData(99, 70, "", "ray-99")]
    public async Task Records_before_and_after_are_the_nearest(int minute, int count, string before, string after)
    {
        var (earlier, later) = await Exploration.ContextAsync(All, Start.AddMinutes(minute), count, Token);

        if (before.Length > 0)
            Assert.Equal(before, Rays(earlier));
        else
            Assert.Equal(70, earlier.Rows.Count);
        Assert.Equal(after, Rays(later));
    }

    [Fact]
    public async Task The_ends_of_time_are_times()
    {
        foreach (var at in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
        {
            var (before, after) = await Exploration.ContextAsync(All, at, 3, Token);
            Assert.Equal((at == DateTimeOffset.MinValue ? 0 : 3, at == DateTimeOffset.MinValue ? 3 : 0), (before.Rows.Count, after.Rows.Count));
        }

        Assert.Equal(100, (await Exploration.HitsAsync(All with { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue }, null, 10, Token)).Total);
    }

    [Fact]
    public async Task A_tail_gives_what_is_committed_after_it_began_and_nothing_twice()
    {
        var clock = new FakeTimeProvider();
        await using var looks = Exploration.TailAsync(All with { Filter = "ClientRequestHost = 'new'" }, ["RayID"], clock, Token).GetAsyncEnumerator(Token);
        Assert.Empty(await NextAsync());

        Assert.Empty(await NextAsync());
        await _lake.IngestAsync("http_requests", ["""{"EdgeStartTimestamp":"2026-04-01T00:00:30Z","RayID":"n1","ClientRequestHost":"new"}""", Line(3)], Token);
        Assert.Equal(["n1"], await NextAsync());
        Assert.Empty(await NextAsync());
        await _lake.IngestAsync("http_requests", Enumerable.Range(2, 4).Select(n => $$"""{"EdgeStartTimestamp":"2026-04-02T00:00:0{{n}}Z","RayID":"n{{n}}","ClientRequestHost":"new"}"""), Token);
        Assert.Equal(["n3", "n4", "n5"], await NextAsync());
        Assert.True(looks.Current.IsCut);

        async Task<IEnumerable<string?>> NextAsync()
        {
            var next = looks.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token));
            }

            Assert.True(await next);
            return looks.Current.Rows.Select(row => (string?)row[0]);
        }
    }

    [Theory]
    [InlineData("1 = 1) GROUP BY ALL --")]
    [InlineData("BotScore > 1) UNION SELECT count(*) FROM firewall_events WHERE (true")]
    [InlineData("BotScore > 1 ORDER BY 1")]
    [InlineData("Nope = 1")]
    [InlineData("BotScore IN (SELECT BotScore FROM http_requests)")]
    [InlineData("count(*) > 1")]
    [InlineData("")]
    public async Task A_filter_is_a_condition_and_nothing_more(string filter)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => Exploration.HitsAsync(All with { Filter = filter }, null, 10, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Fact]
    public async Task What_is_past_the_limits_is_refused()
    {
        Func<Task>[] asked =
        [
            () => Exploration.HitsAsync(All, null, 1_001, Token),
            () => Exploration.HitsAsync(All, null, 0, Token),
            () => Exploration.HitsAsync(All, "BotTags", 10, Token),
            () => Exploration.HitsAsync(All, "Nope", 10, Token),
            () => Exploration.HitsAsync(All with { From = Start, To = Start }, null, 10, Token),
            () => Exploration.FacetsAsync(All, [.. Enumerable.Repeat("RayID", 11)], Token),
            () => Exploration.ValuesAsync(All, "RayID", null, 101, Token),
            () => Exploration.ValuesAsync(All, "RayID", new string('a', 201), 1, Token),
            () => Exploration.ContextAsync(All, Start, 501, Token),
            () => Exploration.RecordAsync(new Subject("nel_reports", TestLake.Account, TestLake.Zone), "a", Token),
        ];

        foreach (var ask in asked)
            Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(ask)).Kind);
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => Exploration.HitsAsync(All with { Dataset = "nope" }, null, 10, Token))).Kind);
    }

    [Theory]
    [InlineData(59, 60, 1)]
    [InlineData(60, 60, 2)]
    [InlineData(86_400, 120, 900)]
    [InlineData(86_400 * 365 * 10, 100, 5_184_000)]
    public void Steps_are_as_short_as_the_buckets_allow(long seconds, int buckets, long step) =>
        Assert.Equal(step, BucketStep.For(Start, Start.AddSeconds(seconds), buckets));

    static string Rays(SmallAnswer answer)
    {
        var column = answer.Columns.ToList().FindIndex(each => each.Name == "RayID");
        return string.Join(' ', answer.Rows.Select(row => row[column]));
    }

    static string Line(int minute)
    {
        var host = minute % 10 < 7 ? 0 : minute % 10 - 6;
        return $$"""{"EdgeStartTimestamp":"{{Start.AddMinutes(minute):yyyy-MM-dd'T'HH:mm:ss'Z'}}","RayID":"ray-{{minute}}","ClientRequestHost":"h{{host}}","BotScore":{{(minute % 2 == 0 ? minute : "null")}},"BotTags":["a"]}""";
    }
}
