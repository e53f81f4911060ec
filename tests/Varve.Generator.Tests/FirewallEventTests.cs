using System.Text.Json;

namespace Varve.Generator.Tests;

public sealed class FirewallEventTests
{
    static readonly string[] SharedFields =
        ["ClientIP", "ClientCountry", "ClientRequestHost", "ClientRequestPath", "ClientRequestMethod", "ClientRequestUserAgent"];

    [Fact]
    public void Every_event_belongs_to_a_request_with_the_same_client_time_and_action()
    {
        var requests = Sample.Day.Requests.ToDictionary(r => r.Text("RayID"), StringComparer.Ordinal);

        Assert.NotEmpty(Sample.Day.Events);
        foreach (var e in Sample.Day.Events)
        {
            var request = requests[e.Text("RayID")];
            Assert.Equal(request.Text("EdgeStartTimestamp"), e.Text("Datetime"));
            foreach (var field in SharedFields)
                Assert.Equal(request.Text(field), e.Text(field));
            var place = request.GetProperty("SecurityActions").GetArrayLength() - 1 - (int)e.Number("MatchIndex");
            Assert.Equal(request.GetProperty("SecurityRuleIDs")[place].GetString(), e.Text("RuleID"));
            Assert.Equal(request.GetProperty("SecurityActions")[place].GetString(), e.Text("Action"), ignoreCase: true);
            Assert.Equal(request.GetProperty("SecuritySources")[place].GetString(), e.Text("Source"), ignoreCase: true);
            Assert.DoesNotContain(e.Text("Action") + e.Text("Source"), char.IsAsciiLetterUpper);
        }
    }

    [Fact]
    public void Every_rule_a_request_matched_has_its_event()
    {
        var matches = Sample.Day.Requests.Sum(r => r.GetProperty("SecurityActions").GetArrayLength());

        Assert.Equal(matches, Sample.Day.Events.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(50_000)]
    public void The_number_of_events_can_be_asked_for(int rows)
    {
        var options = TrafficGenerator.ForFirewallRows(Sample.Options(1), rows, TestContext.Current.CancellationToken);

        var lines = new TrafficGenerator(options).Write(TrafficDataset.FirewallEvents, Stream.Null, TestContext.Current.CancellationToken);

        Assert.Equal(rows, lines);
    }

    [Fact]
    public void A_single_event_can_be_asked_for_whatever_the_seed()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var options = TrafficGenerator.ForFirewallRows(Sample.Options(1, seed), 1, TestContext.Current.CancellationToken);

            Assert.Single(Sample.Parse(Sample.Write(options, TrafficDataset.FirewallEvents)));
        }
    }

    [Fact]
    public void Requests_of_an_asked_number_of_events_tell_the_same()
    {
        var options = TrafficGenerator.ForFirewallRows(Sample.Options(1), 1_000, TestContext.Current.CancellationToken);

        var sample = new Sample(options);

        Assert.Equal(1_000, sample.Events.Count);
        Assert.Equal(options.Requests, sample.Requests.Count);
        Assert.Equal(
            sample.Requests.Where(r => r.GetProperty("SecurityActions").GetArrayLength() > 0).Select(RayId),
            sample.Events.Select(RayId).Distinct());
    }

    static string RayId(JsonElement record) => record.Text("RayID");
}
