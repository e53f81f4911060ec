using System.Text.Json;

namespace Varve.Generator.Tests;

public sealed class RecordTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(19)]
    [InlineData(100)]
    [InlineData(999)]
    [InlineData(20_000)]
    [InlineData(50_000)]
    public void There_is_one_line_for_every_request(int requests)
    {
        var ndjson = Sample.Write(Sample.Options(requests), TrafficDataset.HttpRequests);

        Assert.Equal(requests, ndjson.Count(b => b == '\n'));
    }

    [Theory]
    [InlineData(0.0167)]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(60 * 24 * 90)]
    public void Windows_from_a_second_to_months_are_filled(double minutes)
    {
        var options = Sample.Options(5_000) with { Duration = TimeSpan.FromMinutes(minutes) };

        var sample = new Sample(options);

        Assert.Equal(5_000, sample.Requests.Count);
        AssertOrderedInside(sample.Requests, "EdgeStartTimestamp", options);
        AssertOrderedInside(sample.Events, "Datetime", options);
        var span = sample.Requests[^1].Time("EdgeStartTimestamp") - sample.Requests[0].Time("EdgeStartTimestamp");
        Assert.True(span > 0.9 * options.Duration);
    }

    [Fact]
    public void Times_never_go_back_and_stay_inside_the_window()
    {
        AssertOrderedInside(Sample.Day.Requests, "EdgeStartTimestamp", Sample.Options(60_000));
        AssertOrderedInside(Sample.Day.Events, "Datetime", Sample.Options(60_000));
        Assert.All(Sample.Day.Requests, r => Assert.True(r.Time("EdgeEndTimestamp") > r.Time("EdgeStartTimestamp")));
    }

    [Fact]
    public void Ray_ids_are_unique_and_grow_with_time()
    {
        var rays = Sample.Day.Requests.Select(r => r.Text("RayID")).ToList();

        Assert.Equal(rays.Count, rays.Distinct(StringComparer.Ordinal).Count());
        Assert.All(rays, ray => Assert.Matches("^[0-9a-f]{16}$", ray));
        // The first ten digits hold a little less than the millisecond.
        var prefixes = rays.Select(r => r[..10]).ToList();
        Assert.Equal(prefixes.Order(StringComparer.Ordinal), prefixes);
    }

    [Fact]
    public void Ray_ids_stay_unique_when_many_requests_share_a_millisecond()
    {
        var options = Sample.Options(30_000) with { Duration = TimeSpan.FromSeconds(1) };

        var rays = new Sample(options).Requests.Select(r => r.Text("RayID"));

        Assert.Equal(30_000, rays.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("http_requests")]
    [InlineData("firewall_events")]
    public void Every_field_is_published_and_has_the_published_type(string dataset)
    {
        var types = DatasetSchema.Types(dataset);
        var records = dataset == "http_requests" ? Sample.Day.Requests : Sample.Day.Events;

        foreach (var field in records.SelectMany(r => r.EnumerateObject()))
        {
            Assert.True(types.TryGetValue(field.Name, out var type), field.Name);
            Assert.True(DatasetSchema.Accepts(type, field.Value), $"{field.Name}: {field.Value} is no {type}");
        }
    }

    [Fact]
    public void Values_of_a_record_fit_each_other()
    {
        foreach (var r in Sample.Day.Requests)
        {
            var isOrigin = r.Number("OriginResponseStatus") > 0;
            var query = r.Text("ClientRequestURI")[r.Text("ClientRequestPath").Length..];
            Assert.True(query.Length == 0 || query[0] == '?', r.Text("ClientRequestURI"));
            Assert.StartsWith(r.Text("ClientRequestPath"), r.Text("ClientRequestURI"), StringComparison.Ordinal);
            Assert.Equal(isOrigin, r.Text("OriginIP").Length > 0);
            Assert.Equal(isOrigin, r.Number("OriginResponseDurationMs") > 0);
            Assert.True(isOrigin || r.Number("OriginResponseBytes") == 0);
            Assert.True(r.Number("EdgeResponseBytes") >= r.Number("EdgeResponseBodyBytes"));
            Assert.True(r.Text("CacheCacheStatus") != "hit" || !isOrigin);
            Assert.Equal(r.Text("ClientRequestScheme") == "http", r.Text("ClientSSLProtocol") == "none");
            Assert.InRange(r.Number("BotScore"), 1, 99);
            Assert.InRange(r.Number("WAFAttackScore"), 1, 99);
            Assert.Equal(r.Text("BotScoreSrc") == "Verified Bot", r.Text("VerifiedBotCategory").Length > 0);
            if (r.Text("SecurityAction") is "block" or "managedChallenge")
                Assert.True(!isOrigin && r.Number("EdgeResponseStatus") is 403 or 429);
        }
    }

    static void AssertOrderedInside(IReadOnlyList<JsonElement> records, string field, TrafficOptions options)
    {
        var last = options.Start;
        foreach (var record in records)
        {
            var time = record.Time(field);
            Assert.True(time >= last && time < options.Start + options.Duration, $"{time:O} after {last:O}");
            last = time;
        }
    }
}
