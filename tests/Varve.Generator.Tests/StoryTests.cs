using System.Text.Json;

namespace Varve.Generator.Tests;

public sealed class StoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(20_000)]
    [InlineData(60_000)]
    public void The_ground_truth_is_what_a_search_of_the_records_finds(int requests)
    {
        var sample = requests == 60_000 ? Sample.Day : new Sample(Sample.Options(requests));

        Assert.Equal(["sqli_scan", "credential_stuffing", "false_positive"], sample.Generator.Stories.Select(s => s.Name));
        foreach (var story in sample.Generator.Stories)
        {
            var found = sample.Requests.Where(r => IsPart(story, r)).ToList();
            Assert.Equal(story.Requests, found.Count);
            Assert.Equal(story.First, found.Count == 0 ? null : found[0].Time("EdgeStartTimestamp"));
            Assert.Equal(story.Last, found.Count == 0 ? null : found[^1].Time("EdgeStartTimestamp"));
            Assert.Equal(story.FirstRayIDs.Order(), Earliest(found, story.FirstRayIDs.Count).Order());
            Assert.Subset(story.ClientIPs.ToHashSet(), found.Select(r => r.Text("ClientIP")).ToHashSet());
            foreach (var count in story.Counts)
                Assert.Equal(count.Requests, found.Count(r => r.Value(count.Field) == count.Value));
        }
    }

    [Fact]
    public void The_scanner_gets_no_byte_and_is_stopped_by_nothing()
    {
        var scan = Sample.Day.Requests.Where(r => r.Text("ClientIP") == "203.0.113.86").ToList();

        Assert.Equal(780, scan.Count);
        Assert.All(scan, r =>
        {
            Assert.Equal(0, r.Number("OriginResponseBytes"));
            Assert.Equal("", r.Text("SecurityAction"));
            Assert.Contains(r.Number("OriginResponseStatus"), new long[] { 200, 404, 500 });
            Assert.InRange(r.Number("WAFAttackScore"), 1, 50);
            Assert.InRange(r.Number("WAFSQLiAttackScore"), 1, 40);
            Assert.InRange(r.Number("BotScore"), 1, 2);
        });
        var length = scan[^1].Time("EdgeStartTimestamp") - scan[0].Time("EdgeStartTimestamp");
        Assert.InRange(length.TotalMinutes, 20, 40);
        Assert.True(scan.Count(r => r.Number("WAFAttackScore") <= 20) > scan.Count * 0.6);
    }

    [Fact]
    public void The_stuffing_comes_from_two_networks_and_mostly_fails()
    {
        var logins = Sample.Day.Requests.Where(r => r.Number("ClientASN") is 64511 or 65551).ToList();

        Assert.Equal(60, logins.Select(r => r.Text("ClientIP")).Distinct().Count());
        Assert.All(logins, r => Assert.Equal("POST /api/v1/login", r.Text("ClientRequestMethod") + " " + r.Text("ClientRequestPath")));
        var leaked = logins.Count(r => r.Text("LeakedCredentialCheckResult").EndsWith("password_leaked", StringComparison.Ordinal));
        Assert.True(leaked > logins.Count * 0.75);
        Assert.InRange(logins.Count(r => r.Number("EdgeResponseStatus") == 200), 1, logins.Count / 20);
        Assert.Contains(logins, r => r.Text("SecurityAction") == "managedChallenge");
    }

    [Fact]
    public void The_blocked_customer_is_otherwise_an_ordinary_visitor()
    {
        var story = Sample.Day.Generator.Stories[2];

        var customer = Sample.Day.Requests.Where(r => r.Text("ClientIP") == story.ClientIPs[0]).ToList();

        var blocked = customer.Where(r => r.Text("SecurityAction") == "block").ToList();
        Assert.Equal(12, blocked.Count);
        Assert.All(blocked, r => Assert.Equal("POST /checkout/address", r.Text("ClientRequestMethod") + " " + r.Text("ClientRequestPath")));
        Assert.All(blocked, r => Assert.InRange(r.Number("WAFAttackScore"), 24, 45));
        Assert.All(customer, r => Assert.InRange(r.Number("BotScore"), 80, 99));
        Assert.Contains("session=", customer[0].GetProperty("RequestHeaders").Text("cookie"), StringComparison.Ordinal);
        Assert.True(customer.Count(r => r.Number("EdgeResponseStatus") == 200) >= blocked.Count);
        Assert.Contains(Sample.Day.Events, e => e.Text("ClientIP") == story.ClientIPs[0] && e.Text("Source") == "firewallmanaged");
    }

    [Fact]
    public void A_million_requests_do_not_make_the_scan_larger_than_its_limit()
    {
        var stories = new TrafficGenerator(Sample.Options(1_000_000)).Stories;

        Assert.Equal(7_000, stories[0].Requests);
        Assert.Equal(6_000, stories[1].Requests);
        Assert.InRange(stories[2].Requests, 60, 72);
    }

    /// <summary>The condition of the story, as a test of a record.</summary>
    static bool IsPart(PlantedStory story, JsonElement record)
    {
        var (field, values) = story.Where.Split(" IN ") is [var name, var list]
            ? (name, list.Trim('(', ')').Split(", "))
            : (story.Where.Split(" = ")[0], [story.Where.Split(" = ")[1].Trim('\'')]);
        return values.Contains(record.Value(field));
    }

    static IEnumerable<string> Earliest(List<JsonElement> found, int count) => found.Take(count).Select(r => r.Text("RayID"));
}
